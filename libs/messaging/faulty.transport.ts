import { setTimeout as wait } from 'node:timers/promises';

import type { Chances } from './chances.ts';
import type { OutboxRow } from './envelope.ts';
import type { InjectedFaults } from './injected-faults.ts';
import { type Outcome, type Receive, Transport } from './transport.ts';

export const messageFaults = ['drop', 'duplicate', 'reorder'] as const;
export type MessageFault = (typeof messageFaults)[number];

const soonMs = 100;
const muchLaterMs = 20_000;
const againMs = 200;

/**
 * Test builds only: a transport that acknowledges messages and loses them, brings them again (once to three times, also much
 * later), or lets those overtake them that come after, of their stream as of others.
 */
export class FaultyTransport extends Transport {
  readonly #end = new AbortController();
  readonly #late = new Set<Promise<void>>();

  constructor(
    private readonly transport: Transport,
    private readonly chances: Chances<MessageFault>,
    private readonly injected: InjectedFaults,
  ) {
    super();
  }

  override async publish(lane: string, rows: readonly OutboxRow[]): Promise<Outcome[]> {
    const fates = rows.map((row) => ({ row, fault: this.chances.next() }));
    // The first copies may be on their way together.
    for (const { row, fault } of fates) if (fault === 'duplicate') this.repeat(lane, row);
    const sent = fates.filter(({ fault }) => fault !== 'drop' && fault !== 'reorder').map(({ row }) => row);
    const answers = sent.length === 0 ? [] : [...(await this.transport.publish(lane, sent))];
    const outcomes: Outcome[] = [];
    for (const { row, fault } of fates) {
      const outcome = sent.includes(row) ? answers.shift() : ({ accepted: true } as const);
      if (!outcome) break;
      outcomes.push(outcome);
      if (fault && outcome.accepted) this.injected.note(fault, row.id);
      if (fault === 'reorder') this.later(this.chances.integer(1, 2 * soonMs), () => this.certainly(lane, row));
    }
    return outcomes;
  }

  override subscribe(receive: Receive): Promise<void> {
    return this.transport.subscribe(receive);
  }

  override unsubscribe(): Promise<void> {
    return this.transport.unsubscribe();
  }

  override stopWaiting(): void {
    this.#end.abort();
    this.transport.stopWaiting();
  }

  /** What is held back is sent before. */
  override async close(): Promise<void> {
    this.#end.abort();
    await Promise.all(this.#late);
    await this.transport.close();
  }

  private repeat(lane: string, row: OutboxRow): void {
    const mostMs = [0, soonMs, muchLaterMs][this.chances.integer(0, 2)]!;
    for (let times = this.chances.integer(1, 3); times > 0; times -= 1)
      this.later(this.chances.integer(0, mostMs), async () => void (await this.transport.publish(lane, [row])));
  }

  /** At once when the service stops. */
  private later(ms: number, send: () => Promise<void>): void {
    const done = wait(ms, undefined, { signal: this.#end.signal, ref: false })
      .catch(() => undefined)
      .then(send)
      .catch(() => undefined)
      .finally(() => this.#late.delete(done));
    this.#late.add(done);
  }

  /** It counts as sent already: nobody else will try again. */
  private async certainly(lane: string, row: OutboxRow): Promise<void> {
    const sent = async () => {
      const [outcome] = await this.transport.publish(lane, [row]).catch(() => []);
      return outcome?.accepted ?? false;
    };
    while (!(await sent()) && !this.#end.signal.aborted) await wait(againMs, undefined, { ref: false });
  }
}
