import { Database } from '../postgres/database.ts';
import type { BacklogSample } from '../result.ts';
import { type CheckedShop, messagingServices } from './evidence.ts';
import { UnfinishedRepository } from './unfinished.repository.ts';

const everyMs = 250;

/** Counts four times a second what waits. While a database is away, its last count stands. */
export class Backlog {
  readonly samples: BacklogSample[] = [];
  private readonly startedAt = performance.now();
  private readonly databases: readonly Database[];
  private readonly unpublished: readonly Gauge[];
  private readonly unsettled: Gauge;
  private readonly timer: NodeJS.Timeout;

  constructor({ databases }: Pick<CheckedShop, 'databases'>) {
    const looks = messagingServices.map((service) => new Database(databases[service]));
    this.databases = looks;
    this.unpublished = looks.map((look) => new Gauge(() => new UnfinishedRepository(look).countMessages()));
    const orders = looks[messagingServices.indexOf('order-processor')];
    this.unsettled = new Gauge(() => new UnfinishedRepository(orders).countOrders());
    this.timer = setInterval(() => this.sample(), everyMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.databases.map((database) => database.close()));
  }

  /** What was counted last, and counts anew for the next time: a database that hangs holds nothing up. */
  private sample(): void {
    this.samples.push({
      atMs: Math.round(performance.now() - this.startedAt),
      unpublished: this.unpublished.reduce((sum, gauge) => sum + gauge.read(), 0),
      unsettled: this.unsettled.read(),
    });
  }
}

class Gauge {
  private value = 0;
  private isCounting = false;
  private readonly count: () => Promise<number>;

  constructor(count: () => Promise<number>) {
    this.count = count;
  }

  read(): number {
    if (!this.isCounting) void this.refresh();
    return this.value;
  }

  private async refresh(): Promise<void> {
    this.isCounting = true;
    try {
      this.value = await this.count();
    } catch {
      // It is away: that is what the run is about.
    } finally {
      this.isCounting = false;
    }
  }
}
