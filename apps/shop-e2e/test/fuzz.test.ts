import { chosen } from '@towpath/testing';
import fc from 'fast-check';

import { mangled, type Shape, shapesOf } from './fuzz/arbitraries.ts';
import { type Operation, operations } from './fuzz/document.ts';
import { Judge } from './fuzz/judge.ts';
import { LiveShop } from './fuzz/live-shop.ts';
import { settle, validRequests } from './fuzz/valid-requests.ts';
import { runningShop } from './running-shop.ts';
import type { Answered, Asked } from './wire.ts';

jest.setTimeout(600_000);

const seed = chosen('FUZZ_SEED', Math.floor(Math.random() * 2 ** 31));
const requests = chosen('FUZZ_REQUESTS', 20_000);
const atOnce = 12;

/** They cost passwords, orders or tokens; of the rest there is plenty. */
const dear: Readonly<Record<string, number>> = {
  ...{ eraseMe: 1, changePassword: 1, register: 2, logIn: 2, endSession: 2, endCurrentSession: 2 },
  ...{
    placeOrder: 8,
    cancelOrder: 4,
    refundOrder: 8,
    refreshSession: 8,
    followOrder: 20,
    exportMe: 20,
    createProduct: 20,
  },
};
const plenty = 100;

interface Case {
  readonly operation: Operation;
  readonly pick: number;
  /** Undefined for a request that succeeds. */
  readonly shape?: Shape;
  readonly isAnonymous: boolean;
}

/** One request of the run; the same ones for the same seed. */
const cases = fc.oneof(
  ...operations.flatMap((operation) => {
    const { operationId } = operation;
    const make = (shape: fc.Arbitrary<Shape | undefined>): fc.Arbitrary<Case> =>
      fc.record({ operation: fc.constant(operation), pick: fc.nat(), shape, isAnonymous: fc.boolean() });
    const isDear = operationId === 'takeProviderEvent' || operationId === 'endCurrentSession';
    const asked = isDear ? 4 : 40;
    return [
      { weight: dear[operationId] ?? plenty, arbitrary: make(fc.constant(undefined)) },
      { weight: asked, arbitrary: make(mangled(shapesOf(operation))) },
      { weight: Math.ceil(asked / 4), arbitrary: make(shapesOf(operation)) },
    ];
  }),
);

describe('whatever is asked of the running shop', () => {
  // Spans of so many requests cost more than they tell.
  const shop = runningShop({ OTEL_EXPORTER_OTLP_ENDPOINT: '' });
  const judge = new Judge();
  let live: LiveShop;

  beforeAll(async () => {
    live = new LiveShop(shop);
    await live.open();
  }, 60_000);

  afterAll(() => live.wire.close());

  async function requestOf({ operation, pick, shape, isAnonymous }: Case): Promise<Asked> {
    if (!shape) return validRequests[operation.operationId as keyof typeof validRequests](live, pick);
    const path = operation.path.replace('{id}', encodeURIComponent(wellFormed(shape.path['id'] ?? '')));
    const query = new URLSearchParams(shape.query).toString();
    const token = await tokenFor(operation, pick);
    return {
      method: operation.method,
      path: query ? `${path}?${query}` : path,
      headers: shape.headers,
      ...('body' in shape && { json: shape.body }),
      ...(operation.security.length > 0 && !(isAnonymous && pick % 10 === 0) && { token }),
    };
  }

  /** Of somebody who may do everything, or little; a session that is ended is one that nobody else needs. */
  async function tokenFor({ operationId }: Operation, pick: number): Promise<string> {
    const customer = live.customer(pick);
    if (operationId === 'endCurrentSession') return (await customer.again()).token;
    return pick % 3 ? live.shop.admin.token : customer.token;
  }

  it(`When ${requests} requests are made of the document, then each answer is in it and none is a fault`, async () => {
    console.info(`FUZZ_SEED=${seed} FUZZ_REQUESTS=${requests}`);
    const all = fc.sample(cases, { seed, numRuns: requests });
    const tally = new Tally();
    const startedAt = performance.now();

    await Promise.all(Array.from({ length: atOnce }, (_, first) => askSome(all, first, tally)));

    tally.print(Math.round((performance.now() - startedAt) / 1_000));
    expect(tally.wrong.slice(0, 20)).toEqual([]);
    expect(tally.neverReached()).toEqual([]);
    expect(tally.shareOf(401, 429)).toBeLessThan(0.1);
  });

  async function askSome(all: readonly Case[], first: number, tally: Tally): Promise<void> {
    for (let index = first; index < all.length; index += atOnce) {
      const each = all[index]!;
      const asked = await requestOf(each);
      const answer = await live.ask(asked).catch((error: Error) => error);
      if (answer instanceof Error) {
        tally.wrong.push({ index, seed, asked, wrong: String(answer) });
        continue;
      }
      tally.count(each.operation, answer);
      settle(live, each.operation.operationId, answer);
      const wrong = judge.wrongWith(each.operation, answer);
      if (wrong) tally.wrong.push({ index, seed, asked, wrong, text: answer.text });
    }
  }
});

/** Half a surrogate pair has no encoding. */
function wellFormed(text: string): string {
  return text.toWellFormed();
}

/** What came of it. */
class Tally {
  readonly wrong: object[] = [];
  private readonly byStatus = new Map<number, number>();
  private readonly reached = new Set<string>();

  count({ operationId }: Operation, { status }: Answered): void {
    this.byStatus.set(status, (this.byStatus.get(status) ?? 0) + 1);
    this.reached.add(`${operationId} ${status}`);
  }

  shareOf(...statuses: readonly number[]): number {
    const sum = (some: Iterable<number>) => [...some].reduce((all, each) => all + each, 0);
    return sum(statuses.map((status) => this.byStatus.get(status) ?? 0)) / sum(this.byStatus.values());
  }

  /** Successes that are documented and did not happen. */
  neverReached(): string[] {
    return operations
      .flatMap(({ operationId, responses }) => Object.keys(responses).map((status) => `${operationId} ${status}`))
      .filter((each) => / 2\d\d$/.test(each) && !this.reached.has(each));
  }

  print(seconds: number): void {
    const statuses = [...this.byStatus].sort().map(([status, count]) => `${status}: ${count}`);
    const share = (100 * this.shareOf(401, 429)).toFixed(1);
    console.info(`${seconds} s; ${statuses.join(', ')}; 401 and 429: ${share} %; wrong: ${this.wrong.length}`);
  }
}
