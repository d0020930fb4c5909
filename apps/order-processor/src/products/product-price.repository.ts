import { Injectable } from '@nestjs/common';
import { sql, type Transaction } from '@towpath/database';

/** The view of what products cost that checkout prices with; catalog owns the truth. */
@Injectable()
export class ProductPriceRepository {
  async save(
    tx: Transaction,
    productId: string,
    { amountMinor, currency }: { amountMinor: number; currency: string },
  ): Promise<void> {
    await tx.run(sql`
      INSERT INTO product_price (product_id, amount_minor, currency)
      VALUES (${productId}, ${amountMinor}, ${currency})
      ON CONFLICT (product_id) DO UPDATE SET amount_minor = excluded.amount_minor, currency = excluded.currency`);
  }
}
