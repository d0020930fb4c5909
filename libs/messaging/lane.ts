import { failpoint } from '@towpath/failpoints';
import { fullJitter, Periodic } from '@towpath/health';

import type { OutboxRow } from './envelope.ts';
import { LaneWidth } from './lane-width.ts';
import type { Settlement } from './settlement.ts';
import type { Transport } from './transport.ts';

interface LaneOptions {
  readonly pollMs: number;
  readonly batch: number;
  readonly backoffMaxMs: number;
  /** Streams that go side by side however little is answered: all of them where some may fail for reasons of their own. */
  readonly leastAtOnce: number;
}

interface LaneParts {
  readonly transport: Transport;
  readonly settlement: Settlement;
  readonly due: (busy: readonly string[], limit: number) => Promise<OutboxRow[]>;
}

export const streamsAtOnce = 64;
const streamOf = (row: OutboxRow): string => `${row.aggregatetype}/${row.aggregateid}`;

/** Moves messages to one subscriber. Streams go side by side, as many as it answers in time, each in its own order: one that fails holds up only itself. */
export class Lane {
  readonly #busy = new Map<string, Promise<void>>();
  readonly #width: LaneWidth;
  readonly #looking: Periodic;
  #wakes = 0;

  constructor(
    private readonly subscriber: string,
    private readonly parts: LaneParts,
    private readonly options: LaneOptions,
  ) {
    this.#width = new LaneWidth(options.leastAtOnce, streamsAtOnce);
    // A look that fails changes nothing, and the next one is soon.
    this.#looking = new Periodic(`lane to ${subscriber}`, { everyMs: options.pollMs }, () =>
      this.look().catch(() => undefined),
    );
  }

  /** Streams of which messages are being sent. */
  get underWay(): number {
    return this.#busy.size;
  }

  start(): void {
    this.#looking.start();
  }

  /** Sends nothing new and waits for what is under way. */
  async stop(): Promise<void> {
    await this.#looking.stop();
    await Promise.all(this.#busy.values());
  }

  /** There may be something to send. */
  wake(): void {
    this.#wakes += 1;
    this.#looking.wake();
  }

  private async look(): Promise<void> {
    if (this.#busy.size >= this.#width.now) return;
    const seen = this.#wakes;
    const rows = await this.parts.due([...this.#busy.keys()], this.options.batch);
    // Looking changes nothing, so this is before it too; and whoever finds nothing is at no step.
    if (rows.length > 0) failpoint('relay.selected', 'before');
    const streams = [...Map.groupBy(rows, streamOf)].slice(0, this.#width.now - this.#busy.size);
    for (const [stream, messages] of streams) this.send(stream, messages, seen);
    if (streams.length > 0) this.#looking.wake();
  }

  /** `seen`: the wakes before these rows were looked for; what was stored after is not among them. */
  private send(stream: string, rows: readonly OutboxRow[], seen: number): void {
    const full = rows.length >= this.options.batch;
    const sent = this.deliver(rows).finally(() => {
      const wasCrowded = this.#busy.size >= this.#width.now;
      this.#busy.delete(stream);
      // What was stored since may belong to this stream, which was left out of every look meanwhile.
      if (this.#wakes !== seen || full || wasCrowded) this.#looking.wake();
    });
    this.#busy.set(stream, sent);
  }

  private async deliver(rows: readonly OutboxRow[]): Promise<void> {
    failpoint('relay.selected', 'after');
    const outcomes = await this.parts.transport.publish(this.subscriber, rows);
    failpoint('relay.acknowledged', 'after');
    for (const outcome of outcomes) this.#width.learn(outcome);
    await Promise.all(
      outcomes.map((outcome, index) => {
        const { id, attempts } = rows[index] as OutboxRow;
        const retryInMs = fullJitter(attempts + 1, { firstMs: 100, mostMs: this.options.backoffMaxMs });
        return this.parts.settlement.settle(this.subscriber, { id, outcome, retryInMs });
      }),
    );
  }
}
