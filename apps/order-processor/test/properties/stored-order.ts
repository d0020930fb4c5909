import { sql } from '@towpath/database';
import * as messages from '@towpath/messages';

import { AskAgain } from '../../src/orders/ask-again.use-case.ts';
import { CancelOverdueOrders } from '../../src/orders/cancel-overdue-orders.use-case.ts';
import type { OrderState } from '../../src/orders/order.machine.ts';
import type { Customer, Shop } from '../given-shop.ts';
import type { Message, Stream } from './message.ts';
import type { Look, OrderUnderTest } from './order-world.ts';

type Definition = messages.MessageDefinition;
const isDefinition = (value: unknown): value is Definition => typeof value === 'object' && 'type' in Object(value);
const definitions = Object.entries<unknown>(messages).flatMap(([name, value]) =>
  isDefinition(value) ? [[name, value] as const] : [],
);
const nameOf = new Map(definitions.map(([name, { type }]) => [type, name]));

/** What a side's state is called on the wire. */
function definitionOf({ stream, says }: Message): Definition {
  const name =
    stream === 'orders' ? says : `${stream === 'stock' ? 'Stock' : 'Payment'}${says[0]}${says.slice(1).toLowerCase()}`;
  return definitions.find(([each]) => each === name)?.[1] as Definition;
}

/** An order in the service, with its gate, its transactions and its database. */
export class StoredOrder implements OrderUnderTest {
  private lastSeq = 0;

  private constructor(
    private readonly shop: Shop,
    readonly id: string,
    private readonly customer: Customer,
    private readonly admin: Customer,
    readonly totalMinor: number,
  ) {}

  static async place(shop: Shop, prices: readonly number[]): Promise<StoredOrder> {
    const [customer, admin] = await Promise.all([shop.customer(), shop.customer(['admin'])]);
    const products = await Promise.all(prices.map((amountMinor) => shop.product({ amountMinor, currency: 'EUR' })));
    const { body } = await shop.post(shop.checkout(...products), customer);
    return new StoredOrder(shop, body.id, customer, admin, body.total.amountMinor);
  }

  async hear(message: Message): Promise<void> {
    const { id, version, snapshot, payload, stream } = message;
    const reason = message.says === 'DECLINED' ? { reason: 'lost_card' } : {};
    const data = stream === 'orders' ? payload : { orderId: this.id, ...payload, ...reason };
    const delivery = { id, version, snapshot };
    while (!(await this.shop.service.receives(definitionOf(message), data as never, delivery)).acked);
  }

  async decide(what: 'customer' | 'deadline' | 'refund', amountMinor?: number): Promise<void> {
    if (what === 'customer') await this.shop.cancel(this.id, this.customer);
    if (what === 'refund') await this.shop.refund(this.id, { amountMinor }, this.admin);
    if (what === 'deadline') {
      await this.shop.service.database.rows(sql`UPDATE orders SET deadline_at = now() WHERE id = ${this.id}`);
      await this.shop.service.get(CancelOverdueOrders).execute();
    }
  }

  async askAgain(): Promise<void> {
    await this.shop.service.database.rows(
      sql`UPDATE orders SET progress_at = now() - interval '1 hour' WHERE id = ${this.id}`,
    );
    await this.shop.service.get(AskAgain).execute();
  }

  async look(): Promise<Look> {
    const row = await this.shop.row(this.id);
    const named = Object.entries(row).map(([name, value]) => [
      name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]);
    return { ...(Object.fromEntries(named) as OrderState), isSettled: row['settled_at'] !== null };
  }

  async newlySaid(): Promise<Message[]> {
    const rows = await this.shop.service.database.rows<Omit<Message, 'says'> & { seq: number; type: string }>(sql`
      SELECT seq, id, topic AS stream, version, type, payload, coalesce((headers ->> 'snapshot')::bool, false) AS snapshot
        FROM outbox WHERE aggregateid = ${this.id} AND seq > ${this.lastSeq} ORDER BY seq`);
    this.lastSeq = rows.at(-1)?.seq ?? this.lastSeq;
    return rows.map(({ seq: _, type, stream, ...row }) => ({
      ...row,
      stream: stream as Stream,
      says: nameOf.get(type) as string,
    }));
  }

  illegal(): Promise<unknown[]> {
    return this.shop.anomalies(this.id);
  }
}
