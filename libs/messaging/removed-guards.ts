import { newId } from '@towpath/database';

import type { DeliveryRepository } from './delivery.repository.ts';
import type { InboxRepository } from './inbox.repository.ts';
import type { Transport } from './transport.ts';

/** Every delivery is noted under an id of its own, so that none is known again. */
export function withoutInbox(inbox: InboxRepository): InboxRepository {
  const note = inbox.note.bind(inbox);
  return Object.assign(inbox, {
    note: (tx, envelope) => note(tx, { ...envelope, id: newId() }),
  } satisfies Partial<InboxRepository>);
}

/** Every message is the next one of its stream, and waits for no other. */
export function withoutVersionGate(inbox: InboxRepository): InboxRepository {
  return Object.assign(inbox, {
    lock: async (_tx, { aggregateversion }) => ({ version: aggregateversion - 1, blocked: false }),
  } satisfies Partial<InboxRepository>);
}

/** The relay takes every message for published once it is on its way. */
export function withoutMarkAfterAck(transport: Transport): Transport {
  const publish = transport.publish.bind(transport);
  return Object.assign(transport, {
    publish: async (lane, rows) => {
      void publish(lane, rows).catch(() => undefined);
      return rows.map(() => ({ accepted: true }));
    },
  } satisfies Partial<Transport>);
}

/** A message is acknowledged when it has arrived, whatever its handling comes to. */
export function withoutCommitBeforeAck(transport: Transport): Transport {
  const subscribe = transport.subscribe.bind(transport);
  return Object.assign(transport, {
    subscribe: (receive) => subscribe(async (...arrived) => void receive(...arrived).catch(() => undefined)),
  } satisfies Partial<Transport>);
}

/** Looks only for what is newer than all that it has seen: what an earlier transaction commits later is never found. */
export function withoutFlag(deliveries: DeliveryRepository): DeliveryRepository {
  const due = deliveries.due.bind(deliveries);
  const seen = new Map<string, string>();
  return Object.assign(deliveries, {
    due: async (query) => {
      const last = seen.get(query.lane) ?? '';
      const newer = (await due(query)).filter(({ id }) => id > last);
      seen.set(query.lane, [last, ...newer.map(({ id }) => id)].sort().at(-1)!);
      return newer;
    },
  } satisfies Partial<DeliveryRepository>);
}

/** What was not sent after its commit never is. */
export function withoutRelay(deliveries: DeliveryRepository): DeliveryRepository {
  return Object.assign(deliveries, { due: async () => [] } satisfies Partial<DeliveryRepository>);
}
