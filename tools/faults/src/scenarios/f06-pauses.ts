import type { Scenario } from './scenario.ts';
import { pauses, services, storm } from './shares.ts';

/** Longer than an operation's lease (30 s), the longest that anything belongs to anybody. */
const beyondLease = [31_000, 40_000] as const;
/** Longer than a session of Kafka (3 s here), than an idle transaction may be (5 s), than a lock is waited for (0.5 s). */
const beyondSession = [5_500, 20_000] as const;
const short = [1_000, 6_000] as const;

export const pauseProcesses: Scenario = {
  id: 'F6',
  title: 'Processes stand still for 1 to 40 s and go on as if nothing had been',
  transports: ['direct', 'kafka'],
  orders: 700,
  load: { perSecond: 7 },
  deadlineMs: 420_000,
  shop: ({ transport }) => ({
    ...(transport === 'kafka' && { brokers: 3, settings: { KAFKA_SESSION_TIMEOUT_MS: '3000' } }),
  }),
  async faults(run) {
    const { shop } = run;
    const others = services(run).filter(({ service }) => service !== 'payment');
    await storm(
      run,
      [
        pauses(run, 2, shop.ofService('payment'), beyondLease),
        pauses(run, 4, shop.ofService('order-processor'), beyondSession),
        pauses(run, 2, shop.ofService('catalog'), beyondSession),
        pauses(run, 4, shop.ofKind('postgres'), short),
        pauses(run, 6, others, short),
        ...(run.transport === 'kafka' ? [pauses(run, 3, shop.ofKind('kafka'), beyondSession)] : []),
      ],
      4,
    );
  },
};
