import { Injectable, Logger } from '@nestjs/common';
import { Database } from '@towpath/database';
import type { Background } from '@towpath/health';

import { Buckets } from './buckets.ts';
import { Lane } from './lane.ts';
import type { MessagingConfig } from './messaging.config.ts';
import { OutboxRepository } from './outbox.repository.ts';
import { OutboxSignal } from './outbox-signal.ts';
import { RelaySettings } from './relay.settings.ts';
import { Settlement } from './settlement.ts';
import { Transport } from './transport.ts';

/** Moves stored messages to their subscribers, one lane each, for the buckets that this process holds. */
@Injectable()
export class Relay implements Background {
  readonly name = 'outbox relay';
  readonly #logger = new Logger(Relay.name);
  readonly #buckets: Buckets;
  readonly #settlement: Settlement;
  readonly #lanes: Lane[];

  constructor(
    database: Database,
    signal: OutboxSignal,
    private readonly repository: OutboxRepository,
    private readonly transport: Transport,
    settings: RelaySettings,
  ) {
    this.#buckets = new Buckets(database, () => this.wake());
    this.#settlement = new Settlement(repository);
    this.#lanes = settings.subscribers.map((subscriber) => this.lane(subscriber, settings.config));
    signal.connect((bucket) => this.#buckets.owns(bucket) && this.wake());
  }

  start(): void {
    this.#buckets.start();
    for (const lane of this.#lanes) lane.start();
  }

  async stop(): Promise<void> {
    this.#settlement.giveUp();
    await Promise.all(this.#lanes.map((lane) => lane.stop()));
    await this.#buckets.stop();
    await this.transport.close();
    this.#logger.log('The outbox relay has stopped.');
  }

  private wake(): true {
    for (const lane of this.#lanes) lane.wake();
    return true;
  }

  private lane(subscriber: string, config: MessagingConfig): Lane {
    return new Lane(
      subscriber,
      {
        transport: this.transport,
        settlement: this.#settlement,
        due: async (busy, limit) => {
          const buckets = this.#buckets.owned;
          return buckets.length === 0 ? [] : this.repository.due({ subscriber, buckets, busy, limit });
        },
      },
      { pollMs: config.relayPollMs, batch: config.relayBatch, backoffMaxMs: config.relayBackoffMaxMs },
    );
  }
}
