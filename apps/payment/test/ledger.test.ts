import { Database, newId, sql } from '@towpath/database';
import fc from 'fast-check';

import { type Account, LedgerRepository } from '../src/payments/ledger.repository.ts';
import { givenPayments } from './given-payments.ts';

/** What the provider holds of a payment before a test moves any of it. */
const wealth = 20_000_000_000;
const accounts: readonly Account[] = ['provider', 'sales', 'refunds'];

describe('the ledger', () => {
  const payments = givenPayments();
  const { service } = payments;
  const entries = () => service.database.rows(sql`SELECT * FROM ledger_entry ORDER BY transfer_id, account`);

  it('When many orders are paid, given back in parts or cancelled, then every transfer balances and the provider agrees', async () => {
    const orders = await Promise.all(Array.from({ length: 6 }, () => payments.captured()));
    await Promise.all(orders.slice(0, 2).map((order) => order.cancel()));
    await Promise.all(orders.slice(2, 4).map((order) => order.refund(700)));
    await Promise.all(orders.slice(0, 2).map((order) => order.becomes('REFUNDED')));
    for (const order of orders.slice(2, 4)) {
      await payments.eventually(() => order.row()).toMatchObject({ refunded_minor: 700 });
    }

    const unbalanced = await service.database.rows(sql`
      SELECT transfer_id FROM ledger_entry GROUP BY transfer_id, currency HAVING sum(amount_minor) <> 0`);
    const totals = await service.database.rows(sql`
      SELECT account, sum(amount_minor)::bigint AS total FROM ledger_entry GROUP BY account ORDER BY account`);

    expect(unbalanced).toEqual([]);
    expect(totals).toEqual([
      { account: 'provider', total: 6 * 1_999 - 2 * 1_999 - 2 * 700 },
      { account: 'refunds', total: 2 * 1_999 + 2 * 700 },
      { account: 'sales', total: -6 * 1_999 },
    ]);
  });

  it('When any transfer is booked, then what one account gains another loses', async () => {
    const operations = await freshOperations(20);
    const transfer = fc.record({
      from: fc.constantFrom(...accounts),
      to: fc.constantFrom(...accounts),
      amountMinor: fc.integer({ min: 1, max: 1_000_000_000 }),
    });

    await fc.assert(
      fc.asyncProperty(transfer, async ({ from, to, amountMinor }) => {
        fc.pre(from !== to);
        const id = operations.pop() as string;
        await book(id, { from, to, amountMinor });

        const written = await service.database.rows(
          sql`SELECT account, amount_minor FROM ledger_entry WHERE transfer_id = ${id}`,
        );
        expect(written).toHaveLength(2);
        expect(written).toEqual(
          expect.arrayContaining([
            { account: from, amount_minor: -amountMinor },
            { account: to, amount_minor: amountMinor },
          ]),
        );
      }),
      { numRuns: 15 },
    );
  });

  it('When a transfer does not balance, then its transaction cannot be committed', async () => {
    const [id] = await freshOperations(1);
    const before = await entries();

    const lopsided = service.get(Database).transaction((tx) =>
      tx.run(sql`INSERT INTO ledger_entry (transfer_id, account, amount_minor, currency)
                 VALUES (${id}, 'provider', 100, 'EUR'), (${id}, 'sales', -100, 'USD')`),
    );

    await expect(lopsided).rejects.toThrow(/is out of balance by -?100/);
    expect(await entries()).toEqual(before);
  });

  it('When a transfer is booked a second time, then it is refused', async () => {
    const [id] = await freshOperations(1);
    const transfer = { from: 'sales', to: 'provider', amountMinor: 1 } as const;
    await book(id, transfer);

    await expect(book(id, transfer)).rejects.toThrow('duplicate key');
  });

  const changes = {
    update: sql`UPDATE ledger_entry SET amount_minor = 1`,
    delete: sql`DELETE FROM ledger_entry`,
    truncate: sql`TRUNCATE ledger_entry`,
  };
  it.each(Object.entries(changes))(
    'When the service tries to %s entries, then it has no right to',
    async (_, change) => {
      await payments.captured();
      const before = await entries();

      await expect(service.get(Database).rows(change)).rejects.toThrow('permission denied');
      await expect(service.database.rows(change)).rejects.toThrow('the ledger is append-only');
      expect(await entries()).toEqual(before);
    },
  );

  it('When more would go back than was taken, then its transaction cannot be committed', async () => {
    const [capture, refund] = await freshOperations(2);
    await book(capture, { from: 'sales', to: 'provider', amountMinor: 1_000 });
    const before = await entries();

    const refunded = book(refund, { from: 'provider', to: 'refunds', amountMinor: wealth + 1_001 });

    await expect(refunded).rejects.toThrow('the provider would hold -1 of');
    expect(await entries()).toEqual(before);
  });

  it('When two refunds at once would together give back too much, then the second one cannot be committed', async () => {
    const [one = '', other] = await freshOperations(2);
    const most = { from: 'provider', to: 'refunds', amountMinor: wealth / 2 + 1 } as const;
    const waiting = sql`SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;

    const second = await service.get(Database).transaction(async (tx) => {
      const amount = { amountMinor: most.amountMinor, currency: 'EUR' };
      await service.get(LedgerRepository).book(tx, { ...most, id: one, amount });
      await tx.run(sql`SET CONSTRAINTS ALL IMMEDIATE`);
      const booked = book(other, most).then(String, String);
      await Promise.race([booked, payments.eventually(() => service.database.rows(waiting)).toHaveLength(1)]);
      return { booked };
    });

    expect(await second.booked).toContain('the provider would hold -2 of');
  });

  it('When a transfer is in another currency than its payment, then its transaction cannot be committed', async () => {
    const [id] = await freshOperations(1);

    const booked = book(id, { from: 'provider', to: 'refunds', amountMinor: 1, currency: 'USD' });

    await expect(booked).rejects.toThrow('a transfer in USD for a payment in EUR');
  });

  it('When a payment would say that more is back than it was of, then the database refuses', async () => {
    const order = await payments.captured();
    const change = (what: ReturnType<typeof sql>) =>
      service.database.rows(sql`UPDATE payment SET ${what} WHERE order_id = ${order.orderId}`);

    await expect(change(sql`refunded_minor = 2000`)).rejects.toThrow('payment_refund_is_within_amount');
    await expect(change(sql`refund_goal_minor = 2000`)).rejects.toThrow('payment_refund_is_within_amount');
    await expect(change(sql`refunded_minor = -1`)).rejects.toThrow('payment_refund_is_within_amount');
  });

  interface Booking {
    readonly from: Account;
    readonly to: Account;
    readonly amountMinor: number;
    readonly currency?: string;
  }

  function book(id = '', { from, to, amountMinor, currency = 'EUR' }: Booking): Promise<void> {
    const transfer = { id, from, to, amount: { amountMinor, currency } };
    return service.get(Database).transaction((tx) => service.get(LedgerRepository).book(tx, transfer));
  }

  /** Operations that have booked nothing yet, of a payment of which half was taken. */
  async function freshOperations(count: number): Promise<string[]> {
    const paymentId = newId();
    await service.database.rows(sql`
      INSERT INTO payment (id, order_id, amount_minor, currency, payment_method, state, goal, version)
      VALUES (${paymentId}, ${newId()}, ${2 * wealth}, 'EUR', 'pm', 'CAPTURED', 'capture', 1)`);
    const [first = '', ...ids] = Array.from({ length: count + 1 }, () => newId());
    await service.database.rows(sql`
      INSERT INTO psp_operation (id, payment_id, kind, amount_minor, idem_key, state)
      SELECT id, ${paymentId}, 'capture', 1, id::text, 'DONE' FROM unnest(${[first, ...ids]}::uuid[]) AS made(id)`);
    await book(first, { from: 'sales', to: 'provider', amountMinor: wealth });
    return ids;
  }
});
