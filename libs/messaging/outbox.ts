import { crc32 } from 'node:zlib';

import { Injectable } from '@nestjs/common';
import { ServiceIdentity } from '@towpath/config';
import { newId, type Sql, type Transaction } from '@towpath/database';
import type { EventOf, MessageDefinition, Topic } from '@towpath/messages';
import { currentTraceparent } from '@towpath/tracing';

import { causeOf } from './cause.ts';
import { aggregateIdOf, schemaVersion } from './envelope.ts';
import { OutboxRepository } from './outbox.repository.ts';
import { OutboxSignal } from './outbox-signal.ts';

/** Streams are spread over this many buckets; one relay at a time serves a bucket. */
export const bucketCount = 8;

/** A message as it is told of once it is committed. */
export interface Stored {
  readonly id: string;
  readonly bucket: number;
  readonly topic: Topic;
}

/** Says messages: stored with the change that they tell of, delivered after it is committed. */
@Injectable()
export class Outbox {
  constructor(
    private readonly repository: OutboxRepository,
    private readonly signal: OutboxSignal,
    private readonly identity: ServiceIdentity,
  ) {}

  /**
   * Stores a message in the transaction of the change. `snapshot`: it stands for everything before it in its stream, so its
   * data must have been read under the lock of its aggregate's row.
   * @throws ZodError when the data does not fit the message
   */
  async publish<M extends MessageDefinition>(
    tx: Transaction,
    message: M,
    data: EventOf<M>,
    options: { snapshot?: boolean } = {},
  ): Promise<void> {
    await this.repository.insert(tx, this.clauses(tx, message, data, options));
  }

  /** The same as the clauses of a WITH (named stream, said, delivery), for a statement that stores the change too. */
  clauses<M extends MessageDefinition>(tx: Transaction, message: M, data: EventOf<M>, { snapshot = false } = {}): Sql {
    const { topic, type } = message;
    if (topic.writtenBy !== this.identity.name)
      throw new Error(`${topic.name} is written by ${topic.writtenBy}, not by ${this.identity.name}.`);
    const payload = message.data.parse(data);
    const aggregateId = aggregateIdOf(message, payload);
    const bucket = crc32(aggregateId) % bucketCount;
    const id = newId();
    const stored = { id, bucket, topic };
    tx.afterCommit(() => this.committed(stored));
    return this.repository.clauses({
      ...stored,
      aggregateId,
      type,
      schemaVersion: schemaVersion(type),
      payload,
      headers: {
        ...causeOf(aggregateId),
        traceparent: currentTraceparent(),
        snapshot: snapshot || topic.carries === 'snapshots',
      },
    });
  }

  protected committed({ bucket }: Stored): void {
    this.signal.stored(bucket);
  }
}
