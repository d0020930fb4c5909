import type { Topic } from '@towpath/messages';

import type { OutboxRow } from './envelope.ts';

export interface FailedSending {
  readonly id: string;
  readonly error: string;
  readonly retryInMs: number;
}

export interface DueQuery {
  readonly lane: string;
  readonly buckets: readonly number[];
  /** Streams (`type/id`) that are being sent now. */
  readonly busy: readonly string[];
  readonly limit: number;
}

/** How far the messages of the outbox have come. Without a broker that is noted for each subscriber, with one only once. */
export abstract class DeliveryRepository {
  /**
   * What may be sent now, oldest first. Selected by flag, never by a watermark: a transaction that began earlier may commit
   * later. A message waits while an earlier one of its stream waits to be sent again.
   */
  abstract due(query: DueQuery): Promise<OutboxRow[]>;
  /** Notes what has been taken; a message that all have is published. Not to be run for two lanes at once. */
  abstract acknowledged(lane: string, ids: readonly string[]): Promise<void>;
  abstract failed(lane: string, failures: readonly FailedSending[]): Promise<void>;
  /** Takes over unpublished messages that were stored while another transport was set. */
  abstract adopt(topics: readonly Topic[]): Promise<void>;
}
