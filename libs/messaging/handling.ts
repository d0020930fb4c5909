import { Injectable } from '@nestjs/common';
import type { Transaction } from '@towpath/database';
import { failpoint } from '@towpath/failpoints';
import { contextFrom, span, SpanKind } from '@towpath/tracing';

import { because } from './cause.ts';
import { type DeadLetterCause, DeadLetterRepository } from './dead-letter.repository.ts';
import type { Envelope } from './envelope.ts';
import { admit, type Arrival, type Decision, mayJump, released } from './gate.ts';
import { InboxRepository } from './inbox.repository.ts';
import { Subscriptions } from './subscriptions.ts';

/** A message that failed for good, to be put aside when it is reached. */
export interface Poison extends DeadLetterCause {
  readonly id: string;
}

/** The handler of this message threw, which need not be the one that arrived: handling one may release others. */
export class HandlerFailed extends Error {
  constructor(
    readonly envelope: Envelope,
    cause: unknown,
  ) {
    super(`handling ${envelope.type} ${envelope.id} failed`, { cause });
  }
}

/** Handles a message, and those it releases from the buffer, in one transaction. */
@Injectable()
export class Handling {
  constructor(
    private readonly subscriptions: Subscriptions,
    private readonly inbox: InboxRepository,
    private readonly deadLetters: DeadLetterRepository,
  ) {}

  /** @throws HandlerFailed when a handler throws */
  async take(tx: Transaction, envelope: Envelope, poison?: Poison): Promise<Decision> {
    const cursor = await this.inbox.lock(tx, envelope);
    const arrival = this.arrival(envelope);
    const decision = admit(cursor, arrival);
    if (decision === 'stale') await this.inbox.note(tx, envelope);
    if (decision === 'buffer') await this.inbox.buffer(tx, envelope, arrival);
    if (decision === 'apply') await this.applyAndDrain(tx, envelope, poison);
    return decision;
  }

  /** Handles a dead letter as if it had just arrived, and what waited behind it. */
  async retake(tx: Transaction, envelope: Envelope): Promise<Decision> {
    await this.inbox.lock(tx, envelope);
    await this.inbox.unblock(tx, envelope);
    return this.take(tx, envelope);
  }

  /** Goes on behind a dead letter as if it had been handled. */
  async skip(tx: Transaction, envelope: Envelope): Promise<void> {
    await this.inbox.lock(tx, envelope);
    await this.inbox.note(tx, envelope);
    await this.drain(tx, envelope);
  }

  private async applyAndDrain(tx: Transaction, envelope: Envelope, poison?: Poison): Promise<void> {
    if (envelope.id === poison?.id) return this.bury(tx, envelope, poison);
    await this.apply(tx, envelope);
    await this.drain(tx, envelope, poison);
  }

  /** Handles what a message that was just handled releases from the buffer. */
  private async drain(tx: Transaction, behind: Envelope, poison?: Poison): Promise<void> {
    const cursor = { version: behind.aggregateversion, blocked: false };
    const buffered = await this.inbox.buffered(tx, behind);
    let last = behind;
    for (const { envelope } of released(cursor, buffered)) {
      if (envelope.id === poison?.id) {
        await this.bury(tx, envelope, poison);
        break;
      }
      await this.applyInSpan(tx, envelope);
      last = envelope;
    }
    if (buffered.length > 0) await this.inbox.purge(tx, last);
  }

  private applyInSpan(tx: Transaction, envelope: Envelope): Promise<void> {
    const parent = contextFrom(envelope.traceparent);
    if (!parent) return this.apply(tx, envelope);
    return span(`process ${envelope.type}`, { kind: SpanKind.CONSUMER, parent }, () => this.apply(tx, envelope));
  }

  private async apply(tx: Transaction, envelope: Envelope): Promise<void> {
    failpoint('consumer.inbox-inserted', 'before');
    const isNew = await this.inbox.note(tx, envelope);
    failpoint('consumer.inbox-inserted', 'after');
    const subscription = this.subscriptions.of(envelope.type);
    if (!isNew || !subscription) return;
    const { id, aggregateversion: version, snapshot, time } = envelope;
    failpoint('consumer.effect-applied', 'before');
    try {
      await because(envelope, () =>
        subscription.handle(envelope.data as never, tx, { id, version, snapshot, time: new Date(time) }),
      );
    } catch (error) {
      throw new HandlerFailed(envelope, error);
    }
    failpoint('consumer.effect-applied', 'after');
  }

  private async bury(tx: Transaction, envelope: Envelope, poison: Poison): Promise<void> {
    await this.deadLetters.add(tx, envelope, poison);
    await this.inbox.block(tx, envelope);
  }

  private arrival({ aggregateversion: version, aggregatetype, snapshot }: Envelope): Arrival {
    return { version, jumps: mayJump(snapshot, this.subscriptions.topics.get(aggregatetype)?.carries ?? 'reports') };
  }
}
