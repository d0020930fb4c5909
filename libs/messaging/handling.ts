import { Injectable } from '@nestjs/common';
import type { Transaction } from '@towpath/database';
import { contextFrom, span, SpanKind } from '@towpath/tracing';

import { because } from './cause.ts';
import { type DeadLetterCause, DeadLetterRepository } from './dead-letter.repository.ts';
import type { Envelope } from './envelope.ts';
import { admit, type Decision, nextOf } from './gate.ts';
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
    const decision = admit(cursor, { version: envelope.aggregateversion, jumps: this.jumps(envelope) });
    if (decision === 'stale') await this.inbox.note(tx, envelope);
    if (decision === 'buffer') await this.inbox.buffer(tx, envelope, this.jumps(envelope));
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
    const next = await this.nextBehind(tx, envelope);
    if (next) await this.applyAndDrain(tx, next);
  }

  private async applyAndDrain(tx: Transaction, first: Envelope, poison?: Poison): Promise<void> {
    for (let next: Envelope | undefined = first; next; next = await this.nextBehind(tx, next)) {
      if (next.id === poison?.id) return this.bury(tx, next, poison);
      const envelope = next;
      const parent = envelope === first ? undefined : contextFrom(envelope.traceparent);
      await (parent
        ? span(`process ${envelope.type}`, { kind: SpanKind.CONSUMER, parent }, () => this.apply(tx, envelope))
        : this.apply(tx, envelope));
    }
  }

  private async apply(tx: Transaction, envelope: Envelope): Promise<void> {
    const isNew = await this.inbox.note(tx, envelope);
    const subscription = this.subscriptions.of(envelope.type);
    if (!isNew || !subscription) return;
    const { id, aggregateversion: version, snapshot, time } = envelope;
    try {
      await because(envelope, () =>
        subscription.handle(envelope.data as never, tx, { id, version, snapshot, time: new Date(time) }),
      );
    } catch (error) {
      throw new HandlerFailed(envelope, error);
    }
  }

  private async nextBehind(tx: Transaction, envelope: Envelope): Promise<Envelope | undefined> {
    const cursor = { version: envelope.aggregateversion, blocked: false };
    return nextOf(cursor, await this.inbox.waiting(tx, envelope, cursor))?.envelope;
  }

  private async bury(tx: Transaction, envelope: Envelope, poison: Poison): Promise<void> {
    await this.deadLetters.add(tx, envelope, poison);
    await this.inbox.block(tx, envelope);
  }

  private jumps({ aggregatetype, snapshot }: Envelope): boolean {
    return snapshot || this.subscriptions.topics.get(aggregatetype)?.carries === 'goals';
  }
}
