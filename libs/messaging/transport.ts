import type { OutboxRow } from './envelope.ts';

/** What became of one message. `permanent`: sending it again would fail again. */
export type Outcome =
  { readonly accepted: true } | { readonly accepted: false; readonly error: string; readonly permanent?: boolean };

/** Takes what arrived. Resolves once it is safely kept; rejects when it must be sent again. */
export type Receive = (raw: unknown) => Promise<void>;

/** Who carries messages from outbox to inbox. Delivery is at least once and in the order of each stream. */
export abstract class Transport {
  /** Sends rows of one stream to a subscriber, in order, and stops at the first that fails: one outcome per row tried. */
  abstract publish(subscriber: string, rows: readonly OutboxRow[]): Promise<Outcome[]>;
  /** Begins to take messages. */
  abstract subscribe(receive: Receive): Promise<void>;
  /** Takes no more, and waits for what is being handled. */
  abstract unsubscribe(): Promise<void>;
  /** Gives up connections to subscribers. */
  abstract close(): Promise<void>;
}
