import { Injectable, Logger } from '@nestjs/common';
import { Database } from '@towpath/database';
import { type Background, Periodic } from '@towpath/health';
import { Metrics } from '@towpath/metrics';

import { Buckets } from './buckets.ts';
import { DeliveryRepository } from './delivery.repository.ts';
import { Lane, streamsAtOnce } from './lane.ts';
import type { MessagingConfig } from './messaging.config.ts';
import { OutboxRepository } from './outbox.repository.ts';
import { OutboxSignal } from './outbox-signal.ts';
import { brokerLane, RelaySettings } from './relay.settings.ts';
import { Settlement } from './settlement.ts';
import { Transport } from './transport.ts';

/** A change of transport may come to one process after another, and each may still store for the old one. */
const adoptEveryMs = 10_000;

/** What a lane sends by, and where it notes what became of it. */
@Injectable()
export class Sending {
  readonly settlement: Settlement;

  constructor(
    readonly transport: Transport,
    readonly deliveries: DeliveryRepository,
    outbox: OutboxRepository,
  ) {
    this.settlement = new Settlement(outbox, deliveries);
  }
}

/** Moves stored messages to their subscribers or to the broker, one lane each, for the buckets that this process holds. */
@Injectable()
export class Relay implements Background {
  readonly name = 'outbox relay';
  readonly #logger = new Logger(Relay.name);
  readonly #buckets: Buckets;
  readonly #lanes: Lane[];
  readonly #adoption: Periodic;

  constructor(
    database: Database,
    signal: OutboxSignal,
    private readonly sending: Sending,
    settings: RelaySettings,
    metrics: Metrics,
  ) {
    this.#buckets = new Buckets(database, () => this.wake());
    this.#lanes = settings.lanes.map((lane) => this.lane(lane, settings.config));
    this.#adoption = new Periodic('adoption of messages', { everyMs: adoptEveryMs }, () =>
      sending.deliveries.adopt(settings.topics),
    );
    metrics.lookedUp('message_sends_in_flight', 'Streams of which messages are being sent', () =>
      this.#lanes.reduce((sum, lane) => sum + lane.underWay, 0),
    );
    signal.connect((bucket) => this.#buckets.owns(bucket) && this.wake());
  }

  start(): void {
    this.#buckets.start();
    this.#adoption.start();
    for (const lane of this.#lanes) lane.start();
  }

  async stop(): Promise<void> {
    const { settlement, transport } = this.sending;
    settlement.giveUp();
    transport.stopWaiting();
    await Promise.all([this.#adoption.stop(), ...this.#lanes.map((lane) => lane.stop())]);
    await this.#buckets.stop();
    await transport.close();
    this.#logger.log('The outbox relay has stopped.');
  }

  private wake(): true {
    for (const lane of this.#lanes) lane.wake();
    return true;
  }

  private lane(lane: string, config: MessagingConfig): Lane {
    const { transport, settlement, deliveries } = this.sending;
    return new Lane(
      lane,
      {
        transport,
        settlement,
        due: async (busy, limit) => {
          const buckets = this.#buckets.owned;
          return buckets.length === 0 ? [] : deliveries.due({ lane, buckets, busy, limit });
        },
      },
      {
        pollMs: config.relayPollMs,
        batch: config.relayBatch,
        backoffMaxMs: config.relayBackoffMaxMs,
        // A broker's partitions fail one by one; a subscriber who is late with one message is late with all.
        leastAtOnce: lane === brokerLane ? streamsAtOnce : 1,
      },
    );
  }
}
