import { newId, sql } from '@towpath/database';
import { CommitStock, ReleaseStock, ReserveStock } from '@towpath/messages';

import type { CatalogUnderTest } from '../given-catalog.ts';

const definitions = { reserve: ReserveStock, commit: CommitStock, release: ReleaseStock } as const;
export type Word = keyof typeof definitions;

export interface Line {
  readonly productId: string;
  readonly quantity: number;
}

interface Command {
  readonly id: string;
  readonly word: Word;
  readonly version: number;
  readonly snapshot: boolean;
}

/** One order's stock, and what order-processor says to it. Commands have their place when they are said, not when they arrive. */
export class ReservedOrder {
  readonly orderId = newId();
  /** Said and not yet arrived for the last time. */
  private readonly underWay: Command[] = [];
  /** After each arrival: the state, and how far the stream of commands was taken. */
  readonly seen: { readonly state: string; readonly taken: number }[] = [];
  private last: Word = 'reserve';
  private version = 0;

  constructor(
    private readonly catalog: CatalogUnderTest,
    readonly lines: readonly Line[],
    private readonly buys: boolean,
  ) {
    this.say('reserve');
  }

  /** It is sold if it is held and wanted; else it is let go. Either is final. */
  async end(): Promise<void> {
    if (this.last !== 'reserve') return;
    this.say(this.buys && (await this.state()) === 'RESERVED' ? 'commit' : 'release');
  }

  /** The sweep: the last goal again, as a message of its own that demands a report. */
  askAgain(): void {
    this.say(this.last, true);
  }

  /** One of the messages under way arrives; `keep`: and will arrive again. */
  async arrives(pick: number, keep: boolean): Promise<void> {
    if (this.underWay.length === 0) return;
    const at = pick % this.underWay.length;
    const command = this.underWay[at] as Command;
    if (!keep) this.underWay.splice(at, 1);
    const { word, ...delivery } = command;
    const { orderId } = this;
    const data = word === 'reserve' ? { orderId, lines: this.lines } : { orderId };
    // As a sender does: until the receiver says that it has it.
    while (!(await this.catalog.service.receives(definitions[word], data as never, delivery)).acked);
    this.seen.push({ state: (await this.state()) ?? 'none', taken: (await this.streams()).taken });
  }

  lose(pick: number): void {
    if (this.underWay.length > 0) this.underWay.splice(pick % this.underWay.length, 1);
  }

  /** It ends, it is asked once more, and nothing gets lost. */
  async comesToRest(): Promise<void> {
    await this.end();
    this.askAgain();
    while (this.underWay.length > 0) await this.arrives(0, false);
  }

  async state(): Promise<string | undefined> {
    const row = sql`SELECT state FROM reservation WHERE order_id = ${this.orderId}`;
    return (await this.catalog.service.database.maybeOne<{ state: string }>(row))?.state;
  }

  /** Where each end must have led; what was never held is rejected or let go. */
  get legalEnds(): readonly string[] {
    return this.last === 'commit' ? ['COMMITTED'] : ['RELEASED', 'REJECTED'];
  }

  /** How far the stream of commands was taken, of how many; and the versions of what was said, in the order of saying. */
  async streams(): Promise<{ taken: number; of: number; said: number[] }> {
    const seen = await this.catalog.service.database.one<{ taken: number; said: number[] }>(sql`
      SELECT (SELECT version FROM aggregate_cursor
               WHERE aggregate_type = 'stock.commands' AND aggregate_id = ${this.orderId}) AS taken,
             (SELECT array_agg(version ORDER BY seq) FROM outbox WHERE aggregateid = ${this.orderId}) AS said`);
    return { ...seen, of: this.version };
  }

  private say(word: Word, snapshot = false): void {
    this.last = word;
    this.underWay.push({ id: newId(), word, version: (this.version += 1), snapshot });
  }
}
