import { type Bench, countFinding, type Finding, quantile, rounded } from './bench.ts';
import { type Attack, attack } from './load/attack.ts';
import { BenchShop } from './load/bench-shop.ts';
import { newCustomers, someProduct } from './load/customers.ts';
import { type Counts, Generator, type Load } from './load/load.ts';
import type { Say } from './terminal.ts';

const loadSeconds = 30;
/** An attack's end is a part of it. */
const attackSeconds = 28;
const attacks: Pick<Attack, 'kind' | 'connections'>[] = [
  { kind: 'idle', connections: 10_000 },
  { kind: 'slowloris', connections: 2_000 },
  { kind: 'never reading', connections: 500 },
];

/** Strict in what this is about. */
const settings = {
  MAX_CONNECTIONS_PER_ADDRESS: '256',
  IP_REQUESTS_PER_MINUTE: '300',
  USER_REQUESTS_PER_MINUTE: '300',
};

/** What clients that take connections and give nothing do to the others. */
export const slowClients: Bench = {
  measures: 'what idle connections, slow requests and clients that never read cost the gateway and its other clients',
  async run(say) {
    const shop = await BenchShop.start(settings);
    const generator = new Generator();
    try {
      const customers = await newCustomers(shop, 20);
      const load: Load = {
        gateway: shop.local.gateway,
        customers,
        productId: await someProduct(shop),
        perSecond: 40,
        seconds: loadSeconds,
      };
      await generator.run(load);
      const alone = await generator.run(load);
      const findings: Finding[] = [];
      for (const each of attacks) findings.push(...(await under(say, shop, each, { generator, load, alone })));
      return findings;
    } finally {
      generator.stop();
      await shop.stop();
    }
  },
};

interface Others {
  readonly generator: Generator;
  readonly load: Load;
  readonly alone: Counts;
}

async function under(
  say: Say,
  shop: BenchShop,
  { kind, connections }: (typeof attacks)[number],
  others: Others,
): Promise<Finding[]> {
  const before = shop.memoryOf('gateway');
  const memoryMb: number[] = [];
  const looking = setInterval(() => memoryMb.push(shop.memoryOf('gateway')), 500);
  const [{ opened, open }, counts] = await Promise.all([
    attack({ kind, connections, gateway: shop.local.gateway, seconds: attackSeconds }),
    others.generator.run(others.load),
  ]).finally(() => clearInterval(looking));
  const p95 = (each: Counts) => quantile(each.latenciesMs, 0.95);
  const half = Math.floor(memoryMb.length / 2);
  const [middle, end] = [Math.max(...memoryMb.slice(0, half)), Math.max(...memoryMb.slice(half))];
  say(
    `${kind}: ${opened} connections opened, ${open} open at the end; the others: ${JSON.stringify({ ...counts, latenciesMs: undefined })}`,
  );
  const figure = (what: string) => `${connections} × ${kind}: ${what}`;
  return [
    countFinding(figure('share of the others’ requests that are done'), counts.good / counts.sent, { atLeast: 0.99 }),
    countFinding(
      figure(`p95 of the others, ${rounded(p95(counts))} ms, against ${rounded(p95(others.alone))} ms alone`),
      p95(counts) / p95(others.alone),
      { atMost: 5 },
    ),
    {
      ...countFinding(
        figure('memory of the gateway, second half / first half'),
        end / middle,
        { atMost: 1.1 },
        memoryMb,
      ),
      reference: `${Math.round(before)} MB before`,
      product: `${Math.round(end)} MB`,
    },
  ];
}
