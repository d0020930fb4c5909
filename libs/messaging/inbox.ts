import { setTimeout as wait } from 'node:timers/promises';

import { Injectable, Logger } from '@nestjs/common';
import { Database } from '@towpath/database';
import { isTransient } from '@towpath/errors';
import { fullJitter, Turnstile } from '@towpath/health';
import { contextFrom, span, SpanKind } from '@towpath/tracing';

import { DeadLetterRepository } from './dead-letter.repository.ts';
import type { Envelope } from './envelope.ts';
import { HandlerFailed, Handling, type Poison } from './handling.ts';
import { MessageMetrics } from './message-metrics.ts';
import { MessagingConfig } from './messaging.config.ts';
import { Understanding, type Unintelligible, Unreadable } from './understanding.ts';

const permanentTries = 5;

/** How often each message has failed while one was being received. */
class Failures {
  readonly #times = new Map<string, number>();

  /** The message to put aside, once it has failed too often. */
  count(failed: Envelope, cause: unknown): Poison | undefined {
    const attempts = (this.#times.get(failed.id) ?? 0) + 1;
    this.#times.set(failed.id, attempts);
    return attempts < permanentTries
      ? undefined
      : { id: failed.id, reason: 'handler-failed', error: describe(cause), attempts };
  }
}

/** What the inbox needs beside its storage. */
@Injectable()
export class InboxParts {
  /** However many messages arrive, requests find a connection too. */
  readonly hands: Turnstile;

  constructor(
    readonly config: MessagingConfig,
    readonly metrics: MessageMetrics,
  ) {
    this.hands = new Turnstile(config.handlersAtOnce);
    metrics.handling(() => this.hands.inside);
  }
}

/** Takes messages of any transport: each has its effect once, in the order of its stream, or becomes a dead letter. */
@Injectable()
export class Inbox {
  readonly #logger = new Logger(Inbox.name);

  constructor(
    private readonly database: Database,
    private readonly understanding: Understanding,
    private readonly handling: Handling,
    private readonly deadLetters: DeadLetterRepository,
    private readonly parts: InboxParts,
  ) {}

  /**
   * Resolves once the message is handled, kept for later, or put aside. `from`: where it lies, if it can be read there again.
   * @throws Unavailable when it must be sent again
   */
  async receive(raw: unknown, from?: string): Promise<void> {
    const understood = this.understanding.read(raw);
    if ('unintelligible' in understood) return this.putAside(raw, { ...understood.unintelligible, from });
    const { envelope } = understood;
    const { type, id, aggregatetype } = envelope;
    const attributes = {
      'messaging.operation.type': 'process',
      'messaging.destination.name': aggregatetype,
      'messaging.message.id': id,
    };
    await span(
      `process ${type}`,
      { kind: SpanKind.CONSUMER, attributes, parent: contextFrom(envelope.traceparent) },
      () => this.handle(envelope),
    );
  }

  private async handle(envelope: Envelope): Promise<void> {
    const { config, metrics, hands } = this.parts;
    const giveUpAt = performance.now() + config.handlerRetryMs;
    const failures = new Failures();
    let poison: Poison | undefined;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const decision = await hands.pass(() =>
          this.database.transaction((tx) => this.handling.take(tx, envelope, poison), {
            name: 'consumer',
            cutAfterMs: config.handlerCutMs,
          }),
        );
        return metrics.handled(envelope, poison ? 'dead-letter' : decision);
      } catch (error) {
        const failed = error instanceof HandlerFailed ? error : new HandlerFailed(envelope, error);
        const transient = isTransient(failed.cause);
        if (transient && performance.now() >= giveUpAt) throw failed.cause;
        if (!transient) poison = this.blame(failures, failed) ?? poison;
        metrics.handled(envelope, 'retry');
        await wait(fullJitter(attempt, transient ? { firstMs: 50, mostMs: 2_000 } : { firstMs: 10, mostMs: 200 }));
      }
    }
  }

  private blame(failures: Failures, { envelope, cause }: HandlerFailed): Poison | undefined {
    const poison = failures.count(envelope, cause);
    if (poison) {
      const { type, id, subject } = envelope;
      this.#logger.error({
        msg: 'A message failed for good: it is a dead letter, and its stream waits.',
        type,
        id,
        subject,
        err: cause,
      });
    }
    return poison;
  }

  private async putAside(raw: unknown, cause: Unintelligible & { from?: string }): Promise<void> {
    this.#logger.error({ msg: 'A message cannot be understood: it is a dead letter.', ...cause });
    const kept = raw instanceof Unreadable ? raw.kept : raw;
    await this.database.transaction((tx) => this.deadLetters.add(tx, kept, { ...cause, attempts: 1 }));
    this.parts.metrics.refused(cause.reason);
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : `thrown: ${JSON.stringify(error)}`;
}
