import { type Bench, countFinding, type Finding, quantile, rounded } from './bench.ts';
import { BenchShop } from './load/bench-shop.ts';
import { newCustomers, someProduct } from './load/customers.ts';
import { type Counts, type Customer, Generator } from './load/load.ts';
import type { Say } from './terminal.ts';

const customerCount = 100;
const rampSeconds = 4;
const overloadSeconds = 30;
const abuseSeconds = 15;

/** Strict but for this: the customers of the bench ask as often as many more would. An abuser still asks far more often. */
const settings = {
  IP_REQUESTS_PER_MINUTE: '6000',
  USER_REQUESTS_PER_MINUTE: '6000',
  PLACES_AT_FIRST: '64',
  ANSWER_WITHIN_MS: '500',
  MAX_EVENT_LOOP_DELAY_MS: '200',
  CHECKOUTS_PER_MINUTE: '600',
  DATABASE_POOL_WAITING: '50',
  DATABASE_POOL_WAIT_MS: '1000',
};

/** What the shop can do, and what is left of it when it is asked for more. */
export const overload: Bench = {
  measures: 'how much of its work the shop still does when 3 and 10 times as much is asked of it, for 30 s each',
  async run(say) {
    say('Starting the shop on one processor; the generator has another.');
    const shop = await BenchShop.start(settings);
    const generator = new Generator();
    try {
      const [abuser, ...customers] = await newCustomers(shop, customerCount + 1);
      const crowd = new Crowd(say, shop, generator, await someProduct(shop));
      const peak = await crowd.findPeak(customers);
      const [three, ten] = [await crowd.overload(customers, 3, peak), await crowd.overload(customers, 10, peak)];
      return [
        ...overloadFindings(3, 0.8, peak, three),
        ...overloadFindings(10, 0.6, peak, ten),
        ...(await crowd.abuse(customers, abuser, peak)),
      ];
    } finally {
      generator.stop();
      await shop.stop();
    }
  },
};

interface Overload {
  readonly counts: Counts;
  readonly memoryMb: readonly number[];
}

class Crowd {
  private readonly say: Say;
  private readonly shop: BenchShop;
  private readonly generator: Generator;
  private readonly productId: string;

  constructor(say: Say, shop: BenchShop, generator: Generator, productId: string) {
    this.say = say;
    this.shop = shop;
    this.generator = generator;
    this.productId = productId;
  }

  /** Asks for more and more until no more is done, then for that as long as for too much. Resolves with good answers a second. */
  async findPeak(customers: readonly Customer[]): Promise<number> {
    let best = { good: 0, perSecond: 0 };
    await this.ask(customers, 60, 2 * rampSeconds);
    for (let perSecond = 80; perSecond < 20_000; perSecond *= 1.4) {
      const good = (await this.ask(customers, perSecond, rampSeconds)).good / rampSeconds;
      if (good > best.good) best = { good, perSecond };
      if (good < 0.75 * perSecond) break;
    }
    return (await this.ask(customers, best.perSecond, overloadSeconds)).good / overloadSeconds;
  }

  async overload(customers: readonly Customer[], times: number, peak: number): Promise<Overload> {
    const memoryMb: number[] = [];
    const looking = setInterval(() => memoryMb.push(this.shop.memoryOf('gateway')), 1_000);
    const counts = await this.ask(customers, times * peak, overloadSeconds).finally(() => clearInterval(looking));
    return { counts, memoryMb };
  }

  /** Customers ask for a third of what the shop can do: first alone, then beside one who asks for twice as much as it can. */
  async abuse(customers: readonly Customer[], abuser: Customer, peak: number): Promise<Finding[]> {
    const alone = await this.ask(customers, peak / 3, abuseSeconds);
    const other = new Generator();
    try {
      const abusing = other.run(this.load([abuser], 2 * peak, abuseSeconds));
      const beside = await this.ask(customers, peak / 3, abuseSeconds);
      this.tell(`the abuser, of ${Math.round(2 * peak)}`, await abusing, abuseSeconds);
      const p95 = (counts: Counts) => quantile(counts.latenciesMs, 0.95);
      return [
        countFinding('beside one abuser: share of the others’ requests that are done', beside.good / beside.sent, {
          atLeast: 0.99,
        }),
        countFinding(
          `beside one abuser: p95 of the others, against ${rounded(p95(alone))} ms alone`,
          p95(beside) / p95(alone),
          { atMost: 5 },
        ),
      ];
    } finally {
      other.stop();
    }
  }

  private async ask(customers: readonly Customer[], perSecond: number, seconds: number): Promise<Counts> {
    const counts = await this.generator.run(this.load(customers, perSecond, seconds));
    this.tell(`asked ${Math.round(perSecond)} times`, counts, seconds);
    return counts;
  }

  private load(customers: readonly Customer[], perSecond: number, seconds: number) {
    return { gateway: this.shop.local.gateway, productId: this.productId, customers, perSecond, seconds };
  }

  private tell(who: string, { good, late, refused, wrong, latenciesMs }: Counts, seconds: number): void {
    const each = (count: number) => Math.round(count / seconds);
    const p95 = latenciesMs.length > 0 ? Math.round(quantile(latenciesMs, 0.95)) : 0;
    const more = `${JSON.stringify(refused)} refused, ${each(late)} late, ${JSON.stringify(wrong)} wrong; p95 ${p95} ms`;
    this.say(`${who} a second: ${each(good)} done, ${more}`);
  }
}

function overloadFindings(times: number, atLeast: number, peak: number, { counts, memoryMb }: Overload): Finding[] {
  const good = counts.good / overloadSeconds;
  const wrong = Object.values(counts.wrong).reduce((sum, count) => sum + count, 0);
  const third = Math.floor(memoryMb.length / 3);
  const [before, after] = [memoryMb.slice(third, 2 * third), memoryMb.slice(-third)].map((part) => quantile(part, 0.5));
  return [
    {
      ...countFinding(`${times} × the peak: work done / peak`, good / peak, { atLeast }, counts.wrong),
      reference: `${Math.round(peak)} /s`,
      product: `${Math.round(good)} /s`,
    },
    countFinding(`${times} × the peak: answers other than success, 429 and 503`, wrong, { atMost: 0 }, counts.wrong),
    {
      ...countFinding(
        `${times} × the peak: memory of the gateway, last 10 s / 10 s before`,
        after / before,
        { atMost: 1.1 },
        memoryMb,
      ),
      reference: `${Math.round(before)} MB`,
      product: `${Math.round(after)} MB`,
    },
  ];
}
