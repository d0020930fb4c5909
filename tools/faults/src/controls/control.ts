import type { InvariantName } from '../checker/check.ts';
import type { Mix } from '../load/load.ts';
import { ProviderFaults } from '../scenarios/provider-faults.ts';
import type { Run } from '../scenarios/scenario.ts';
import { kills, services, storm } from '../scenarios/shares.ts';
import type { TransportName } from '../shop/fault-shop.ts';
import type { Constraint } from './guard.repository.ts';

/** A guard, or two that stand in for each other, and what must break without. */
export interface Control {
  readonly title: string;
  /** As in `libs/failpoints/guards.ts`. */
  readonly guards: readonly string[];
  readonly constraints?: readonly Constraint[];
  /** Named beforehand: only this one counts. */
  readonly named: InvariantName;
  readonly transports: readonly TransportName[];
  /** Why there is no such guard on the other transport. */
  readonly why?: string;
  /** The harm is lost messages, which the sweep would say again. */
  readonly isLoss: boolean;
  readonly settings?: Readonly<Record<string, string>>;
  readonly mix?: Partial<Mix>;
  faults(run: Run): Promise<void>;
}

const both: readonly TransportName[] = ['direct', 'kafka'];
const lostAnswers = 40;

/** Whoever has a message in hand dies: receivers, senders, databases and brokers. */
export function deaths(run: Run): Promise<void> {
  const { shop } = run;
  const brokers = shop.ofKind('kafka');
  return storm(run, [
    kills(run, 12, services(run), [0, 1_000]),
    kills(run, 6, shop.ofKind('postgres'), [0, 1_500]),
    ...(brokers.length > 0 ? [kills(run, 3, brokers, [0, 1_000])] : []),
  ]);
}

const loss = { named: 'I8', isLoss: true, transports: both, faults: deaths } as const;
const nothing = (): Promise<void> => Promise.resolve();
/** As many as can come at once, and many of them at the same time. */
const copies = { MESSAGE_FAULTS: 'duplicate=0.5,seed=7' };

export const controls: readonly Control[] = [
  { ...loss, title: 'no outbox: published after the commit', guards: ['outbox'] },
  {
    ...loss,
    title: 'events that nobody answers instead of acknowledged sends',
    guards: ['acknowledged-send'],
    transports: ['direct'],
    why: 'Only the direct transport sends to services; what is sent to a broker without an answer is "marked before acknowledged".',
  },
  {
    title: 'no inbox and one order may have several reservations and payments; no version gate',
    guards: ['inbox', 'version-gate'],
    constraints: ['one reservation for an order', 'one payment for an order'],
    named: 'I10',
    transports: both,
    isLoss: false,
    settings: copies,
    faults: nothing,
  },
  {
    title: 'another key for the provider at each attempt',
    guards: ['provider-key'],
    named: 'I4',
    transports: both,
    isLoss: false,
    async faults({ shop }) {
      const provider = new ProviderFaults(shop);
      await provider.add({ operation: 'create', kind: 'drop_answer', times: lostAnswers });
    },
  },
  {
    title: 'no idempotency keys, and a cart may become several orders',
    guards: ['idempotency-keys'],
    constraints: ['one order for a cart'],
    named: 'I2',
    transports: both,
    isLoss: false,
    mix: { sameKeyDoubles: 0.5 },
    faults: nothing,
  },
  { ...loss, title: 'the relay marks messages as published before they are acknowledged', guards: ['mark-after-ack'] },
  {
    title: 'the relay looks only for what is newer than what it has seen',
    guards: ['select-by-flag'],
    named: 'I8',
    transports: both,
    isLoss: false,
    faults: nothing,
  },
  { ...loss, title: 'messages are acknowledged before they are committed', guards: ['commit-before-ack'] },
];
