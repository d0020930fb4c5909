import { Injectable } from '@nestjs/common';
import { Metrics } from '@towpath/metrics';

import { DeadLetterRepository } from './dead-letter.repository.ts';
import type { Envelope } from './envelope.ts';
import { InboxRepository } from './inbox.repository.ts';
import { OutboxRepository } from './outbox.repository.ts';

/** What messages do here, and what waits: the gauges are read from the database when somebody looks. */
@Injectable()
export class MessageMetrics {
  readonly #handled;
  readonly #refused;
  readonly #metrics: Metrics;

  constructor(metrics: Metrics, outbox: OutboxRepository, inbox: InboxRepository, deadLetters: DeadLetterRepository) {
    this.#metrics = metrics;
    this.#handled = metrics.counter('messages_handled_total', 'Messages by type and what became of them', [
      'type',
      'outcome',
    ]);
    this.#refused = metrics.counter('messages_refused_total', 'Messages that could not be understood', ['reason']);
    metrics.lookedUp('outbox_oldest_unpublished_seconds', 'Age of the oldest message not yet delivered', () =>
      outbox.oldestUnpublishedSeconds(),
    );
    metrics.lookedUp('outbox_parked', 'Messages that can never be sent', () => outbox.parkedCount());
    metrics.lookedUp('inbox_oldest_waiting_seconds', 'Age of the oldest message that waits for an earlier one', () =>
      inbox.oldestWaitingSeconds(),
    );
    metrics.lookedUp('dead_letters_open', 'Messages that wait for a person', () => deadLetters.openCount());
  }

  /** `count`: of the messages that are being handled at this moment. */
  handling(count: () => number): void {
    this.#metrics.lookedUp('message_handlers_in_flight', 'Messages that are being handled', count);
  }

  handled({ type }: Envelope, outcome: string): void {
    this.#handled.inc({ type, outcome });
  }

  refused(reason: string): void {
    this.#refused.inc({ reason });
  }
}
