import { sql } from '@towpath/database';
import { holds } from '@towpath/testing';
import fc from 'fast-check';

import { givenPayments } from '../given-payments.ts';
import { type Buyer, PaidOrder, timePasses, work } from './money-world.ts';

jest.setTimeout(180_000);

const pick = fc.nat(999);
const acts = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('pay' as const), pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('ask again' as const, 'lose' as const), pick }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constantFrom('arrives' as const, 'arrives twice' as const), pick }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('work' as const), pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('crash' as const, 'time passes' as const), pick }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('is told' as const), pick }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('answer lost' as const, 'fails after' as const), pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('capture refused' as const), pick }) },
);
const step = fc.record({ order: fc.nat(2), act: acts });
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const buyer: fc.Arbitrary<Buyer> = fc.record({
  amountMinor: fc.integer({ min: 1, max: 500_000 }),
  cardWorks: fc.nat(4).map((luck) => luck > 0),
  // Half of them are there already: most of what can happen to money happens after that.
  paid: fc.boolean(),
});
/** What is in one list happens at once. */
const story = fc.record({
  buyers: fc.array(buyer, { minLength: 3, maxLength: 3 }),
  steps: fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), { minLength: 10, maxLength: 45 }),
});

const ended = ['CAPTURED', 'REFUNDED', 'DECLINED', 'VOIDED'];

describe('money, whatever happens to commands, calls and events', () => {
  const payments = givenPayments({ ROLE: 'api', OPERATION_RETRY_MAX_MS: '1' });
  const { service, provider } = payments;
  const ends = new Map<string, number>();

  it('When payments are asked for, taken, given back in parts or cancelled in any interleaving, then money is conserved', async () => {
    await holds(
      fc.asyncProperty(story, async ({ buyers, steps }) => {
        const orders = buyers.map((each) => new PaidOrder(payments, each));
        for (const order of orders) await bringUp(order);
        let before = await look(orders);
        for (const atOnce of steps) {
          await Promise.all(atOnce.map(({ order, act }) => take(orders[order] as PaidOrder, act)));
          const now = await look(orders);
          orders.forEach((order, index) => expectSound(order, before[index], now[index]));
          before = now;
        }

        await comeToRest(orders);
        for (const order of orders) await expectConserved(order);
      }),
      { runs: 40 },
    );

    expect(await service.database.rows(unbalanced)).toEqual([]);
    // A property that never gets there proves nothing.
    expect([...ends.keys()].sort()).toEqual(expect.arrayContaining(['CAPTURED', 'DECLINED', 'REFUNDED', 'VOIDED']));
    expect(ends.get('in parts')).toBeGreaterThan(0);
  });

  const unbalanced = sql`
    SELECT transfer_id FROM ledger_entry GROUP BY transfer_id, currency HAVING sum(amount_minor) <> 0`;

  async function take(order: PaidOrder, { do: what, pick: chosen }: Step['act']): Promise<void> {
    if (what === 'pay' || what === 'cancel') return order.wish(what, chosen);
    if (what === 'ask again') return order.askAgain();
    if (what === 'lose') return order.lose(chosen);
    if (what === 'arrives' || what === 'arrives twice') return order.arrives(chosen, what === 'arrives twice');
    if (what === 'is told') return order.isTold(chosen);
    if (what === 'time passes') return timePasses(payments);
    if (what === 'capture refused') return order.fails('capture', 'refuse');
    if (what === 'work' || what === 'crash') return void (await work(payments, 1 + (chosen % 2), what === 'crash'));
    const operation = (['create', 'capture', 'cancel', 'refund'] as const)[chosen % 4] ?? 'create';
    return order.fails(operation, what === 'answer lost' ? 'drop_answer' : 'fail_after_charging');
  }

  async function bringUp(order: PaidOrder): Promise<void> {
    for (let step = 0; order.buyer.paid && step < 2; step += 1) {
      await order.wish('pay', 0);
      await order.arrives(0, false);
      await work(payments, 1);
    }
  }

  /** Of each order, its row and what the ledger has of it. */
  const look = (orders: readonly PaidOrder[]) =>
    Promise.all(orders.map(async (order) => ({ ...(await order.row()), ...(await order.balances()) }) as Seen));

  function expectSound({ buyer: { amountMinor } }: PaidOrder, before: Seen = {}, now: Seen = {}): void {
    expect(now.version ?? 0).toBeGreaterThanOrEqual(before.version ?? 0);
    // What has ended stays; what was captured can only be given back.
    if (['DECLINED', 'VOIDED', 'REFUNDED'].includes(before.state ?? '')) expect(now.state).toBe(before.state);
    if (before.state === 'CAPTURED') expect(['CAPTURED', 'REFUNDED']).toContain(now.state);
    const { provider: held = 0, sales = 0, refunds = 0 } = now;
    const captured = ['CAPTURED', 'REFUNDED'].includes(now.state ?? '') ? amountMinor : 0;
    expect({ sales, refunds, held }).toEqual({
      sales: captured && -captured,
      refunds: now.refunded_minor ?? 0,
      held: captured - (now.refunded_minor ?? 0),
    });
    expect(held).toBeGreaterThanOrEqual(0);
  }

  /** Everything arrives, all that was unknown becomes known. */
  async function comeToRest(orders: readonly PaidOrder[]): Promise<void> {
    let worked = 1;
    for (let round = 0; worked > 0 && round < 30; round += 1) {
      await Promise.all(orders.map((order) => order.hearsAll()));
      await timePasses(payments);
      worked = await work(payments, 100);
    }
    expect(worked).toBe(0);
  }

  /** Our books against the provider's own log. */
  async function expectConserved(order: PaidOrder): Promise<void> {
    const deeds = await provider.told(order.orderId);
    const sumOf = (act: string) =>
      deeds.filter((deed) => deed.act === act).reduce((sum, { object }) => sum + (object?.amount ?? 0), 0);
    const row = await order.row();
    const {
      state = 'NONE',
      goal = 'authorize',
      refunded_minor: refundedMinor = 0,
      refund_goal_minor: wanted = 0,
    } = row ?? {};
    ends.set(state, (ends.get(state) ?? 0) + 1);
    if (state === 'CAPTURED' && refundedMinor > 0) ends.set('in parts', (ends.get('in parts') ?? 0) + 1);
    const { provider: held = 0 } = await order.balances();
    const [taken, back] = [sumOf('captured'), sumOf('refunded')];

    expect({ held, back }).toEqual({ held: taken - back, back: refundedMinor });
    expect(deeds.filter(({ act }) => act === 'captured').length).toBeLessThanOrEqual(1);
    expect(deeds.filter(({ act }) => act === 'authorized').length).toBeLessThanOrEqual(1);
    expect(back).toBe(goal === 'cancel' ? taken : wanted);
    // Nothing is held any more of what is neither on its way nor paid.
    if (goal !== 'authorize') expect(ended).toContain(state);
    if (state === 'VOIDED') expect(deeds.map(({ act }) => act)).not.toContain('captured');
    if (state === 'VOIDED' && deeds.some(({ act }) => act === 'authorized')) {
      expect(deeds.map(({ act }) => act)).toContain('canceled');
    }
    expect(await order.anomalies()).toEqual([]);
  }
});

interface Seen {
  readonly version?: number;
  readonly state?: string;
  readonly refunded_minor?: number;
  readonly provider?: number;
  readonly sales?: number;
  readonly refunds?: number;
}
