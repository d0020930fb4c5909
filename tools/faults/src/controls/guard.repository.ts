import { Database } from '../postgres/database.ts';
import type { FaultShop } from '../shop/fault-shop.ts';

/** What the tables themselves guard, by service. */
const constraints = {
  'one order for a cart': {
    service: 'order-processor',
    drop: `ALTER TABLE orders DROP CONSTRAINT orders_user_id_cart_id_key`,
  },
  'one reservation for an order': {
    service: 'catalog',
    drop: `ALTER TABLE reservation_line DROP CONSTRAINT reservation_line_order_id_fkey;
           ALTER TABLE reservation_line DROP CONSTRAINT reservation_line_pkey;
           ALTER TABLE reservation DROP CONSTRAINT reservation_pkey`,
  },
  'one payment for an order': {
    service: 'payment',
    drop: `ALTER TABLE payment DROP CONSTRAINT payment_order_id_key`,
  },
} as const;

export type Constraint = keyof typeof constraints;

/** Takes a guard out of the tables of a running shop. */
export async function drop({ databases }: Pick<FaultShop, 'databases'>, constraint: Constraint): Promise<void> {
  const { service, drop: text } = constraints[constraint];
  const database = new Database(databases[service]);
  await database.rows(text).finally(() => database.close());
}
