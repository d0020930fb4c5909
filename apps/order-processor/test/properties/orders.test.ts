import { holds } from '@towpath/testing';
import fc from 'fast-check';

import { givenShop } from '../given-shop.ts';
import { MachineOrder } from './machine-order.ts';
import { type Act, type Look, type OrderUnderTest, OrderWorld } from './order-world.ts';
import { CatalogSide, PaymentSide } from './sides.ts';
import { StoredOrder } from './stored-order.ts';

jest.setTimeout(180_000);

// Often enough on its way that most orders get far, often enough elsewhere that none gets there straight.
const weights: readonly (readonly [number, Act['do']])[] = [
  [12, 'arrives'],
  [3, 'arrives twice'],
  [1, 'lose'],
  [4, 'claim'],
  [4, 'answer'],
  [2, 'ask again'],
  [2, 'refund'],
];
const mostly = fc.oneof(...weights.map(([weight, what]) => ({ weight, arbitrary: fc.constant(what) })));
const interruption = fc.constantFrom<Act['do']>('customer', 'deadline');
const act = (what: fc.Arbitrary<Act['do']>) => fc.record({ do: what, pick: fc.nat(999) });

const story = (maxLength: number) =>
  fc.record({
    lines: fc.array(
      fc.record({ priceMinor: fc.integer({ min: 1, max: 9_999 }), isThere: fc.nat(9).map((luck) => luck > 0) }),
      {
        minLength: 1,
        maxLength: 4,
      },
    ),
    // Most of what a refund can meet comes after the order has ended.
    isOver: fc.boolean(),
    before: fc.array(act(mostly), { minLength: 10, maxLength }),
    interrupted: fc.option(act(interruption)),
    after: fc.array(act(mostly), { maxLength }),
  });
type Story = ReturnType<typeof story> extends fc.Arbitrary<infer T> ? T : never;

const ranks = ['PLACED', 'RESERVING', 'AUTHORIZING', 'CONFIRMED', 'COMPLETED', 'CANCELLED'];
const quantity = 2;

describe('orders, whatever happens to messages', () => {
  const shop = givenShop({ SWEEP_BATCH: '1000', DECLINES_MAX: '1000000' });

  it('When messages of long stories come twice, late, out of order or never, then the machine ends them legally, with money and goods where they belong', async () => {
    const ends = new Set<string>();
    const priceOf = ({ lines }: Story) => lines.reduce((sum, { priceMinor }) => sum + quantity * priceMinor, 0);

    await holds(
      fc.asyncProperty(story(80), async (told) => {
        ends.add(await endOf(told, new MachineOrder(priceOf(told))));
      }),
      { runs: 1_000 },
    );

    expect([...ends].sort()).toEqual(allEnds);
  });

  it('When the same happens to orders in the database, then the service ends them so too', async () => {
    const ends = new Set<string>();

    await holds(
      fc.asyncProperty(story(25), async (told) => {
        ends.add(
          await endOf(
            told,
            await StoredOrder.place(
              shop,
              told.lines.map(({ priceMinor }) => priceMinor),
            ),
          ),
        );
      }),
      { runs: 25 },
    );

    expect(allEnds).toEqual(expect.arrayContaining([...ends]));
    expect([...new Set([...ends].map((end) => end.split(/\W/)[0]))].sort()).toEqual(['CANCELLED', 'COMPLETED']);
  });

  /** Tells the story, then lets everything arrive. @returns how it ended */
  async function endOf({ lines, isOver, before, interrupted, after }: Story, order: OrderUnderTest): Promise<string> {
    const pieces = lines.map(({ isThere }) => ({ quantity, onShelf: isThere ? quantity : quantity - 1 }));
    const world = new OrderWorld(order, new CatalogSide(pieces), new PaymentSide());
    await world.listen();
    if (isOver) await world.comesToRest();
    let was = await order.look();
    for (const each of [...before, ...(interrupted ? [interrupted] : []), ...after]) {
      await world.happens(each);
      const is = await order.look();
      expectNoWayBack(was, is);
      expectCompensationAsked(is, world.said);
      was = is;
    }

    expect(await world.comesToRest()).toBe(true);
    const end = await order.look();
    expectLegal(end, world);
    expect(await order.illegal()).toEqual([]);
    const parts =
      end.refundedMinor > 0 && end.status === 'COMPLETED'
        ? end.refundedMinor < order.totalMinor
          ? ' part back'
          : ' all back'
        : '';
    return end.cancelReason ? `CANCELLED(${end.cancelReason})` : `${end.status}${parts}`;
  }

  function expectNoWayBack(was: Look, is: Look): void {
    expect(is.version).toBeGreaterThanOrEqual(was.version);
    if (is.status !== was.status) expect(is.version).toBeGreaterThan(was.version);
    expect(ranks.indexOf(is.status)).toBeGreaterThanOrEqual(ranks.indexOf(was.status));
    if (was.status === 'COMPLETED') expect(is.status).toBe('COMPLETED');
    if (was.cancelReason) expect(is.cancelReason).toBe(was.cancelReason);
    expect(is.refundGoalMinor).toBeGreaterThanOrEqual(was.refundGoalMinor);
    expect(is.refundedMinor).toBeGreaterThanOrEqual(was.refundedMinor);
  }

  /** A cancelled order has asked back what it asked for, at once and not only when it is swept. */
  function expectCompensationAsked(
    { status, cancelReason, stockGoal, paymentGoal }: Look,
    said: ReadonlySet<string>,
  ): void {
    if (status !== 'CANCELLED') return;
    const isOwed = cancelReason === 'customer' || cancelReason === 'deadline';
    if (said.has('ReserveStock') && cancelReason !== 'out_of_stock')
      expect([stockGoal, said.has('ReleaseStock')]).toEqual(['release', true]);
    if (said.has('AuthorizePayment') && isOwed)
      expect([paymentGoal, said.has('CancelPayment')]).toEqual(['cancel', true]);
    // Nothing is asked back of who was never asked.
    if (!said.has('ReserveStock')) expect(said.has('ReleaseStock')).toBe(false);
    if (!said.has('AuthorizePayment')) expect(said.has('CancelPayment')).toBe(false);
  }

  function expectLegal({ status, refundGoalMinor }: Look, { order, catalog, payment }: OrderWorld): void {
    expect([...catalog.illegal, ...payment.illegal]).toEqual([]);
    expect(payment.captures).toBeLessThanOrEqual(1);
    expect(catalog.held).toBe(0);
    const keptMinor = payment.takenMinor - payment.backMinor;
    if (status === 'COMPLETED') {
      expect(catalog.state).toBe('COMMITTED');
      expect([payment.takenMinor, keptMinor]).toEqual([order.totalMinor, order.totalMinor - refundGoalMinor]);
    } else {
      expect(status).toBe('CANCELLED');
      expect([keptMinor, payment.state === 'AUTHORIZED', catalog.state === 'COMMITTED']).toEqual([0, false, false]);
    }
  }
});

const allEnds = [
  'CANCELLED(customer)',
  'CANCELLED(deadline)',
  'CANCELLED(declined)',
  'CANCELLED(out_of_stock)',
  'COMPLETED',
  'COMPLETED all back',
  'COMPLETED part back',
];
