import type { DeliveryRepository, DueQuery } from './delivery.repository.ts';

/** Looks only for what is newer than all that it has seen. What a transaction that began earlier commits later is never seen. */
export function withoutFlag(deliveries: DeliveryRepository): DeliveryRepository {
  const due = deliveries.due.bind(deliveries);
  const seen = new Map<string, string>();
  return Object.assign(deliveries, {
    due: async (query: DueQuery) => {
      const last = seen.get(query.lane) ?? '';
      const newer = (await due(query)).filter(({ id }) => id > last);
      seen.set(query.lane, newer.reduce((newest, { id }) => (id > newest ? id : newest), last));
      return newer;
    },
  });
}
