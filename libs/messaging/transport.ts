import type { OutboxRow } from './envelope.ts';

/** What became of one message. `permanent`: sending it again would fail again. */
export type Outcome =
  { readonly accepted: true } | { readonly accepted: false; readonly error: string; readonly permanent?: boolean };

/**
 * Takes what arrived. Resolves once it is safely kept; rejects when it must be sent again. `from`: where it lay, so that what
 * makes no sense is kept once however often it is read.
 */
export type Receive = (raw: unknown, from?: string) => Promise<void>;

/** Who carries messages from outbox to inbox. Delivery is at least once and in the order of each stream. */
export abstract class Transport {
  /** Sends rows of one stream along a lane, in order: one outcome per row tried. None may overtake one that failed. */
  abstract publish(lane: string, rows: readonly OutboxRow[]): Promise<Outcome[]>;
  /** Begins to take messages. */
  abstract subscribe(receive: Receive): Promise<void>;
  /** Takes no more, and waits for what is being handled. */
  abstract unsubscribe(): Promise<void>;
  /** What waits for somebody who is away has failed: this service stops. */
  abstract stopWaiting(): void;
  /** Gives up connections to those it sends to. */
  abstract close(): Promise<void>;
}
