import { Injectable } from '@nestjs/common';
import type { Money } from '@towpath/api';
import { sql, type Transaction } from '@towpath/database';

interface PriceRow {
  readonly product_id: string;
  readonly amount_minor: number;
  readonly currency: Money['currency'];
}

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

  /** The prices of what the lines name, by product; those not known are missing. */
  async pricesOf(tx: Transaction, lines: readonly { productId: string }[]): Promise<Map<string, Money>> {
    const productIds = lines.map(({ productId }) => productId);
    const rows = await tx.rows<PriceRow>(sql`
      SELECT product_id, amount_minor, currency FROM product_price WHERE product_id = ANY (${productIds}::uuid[])`);
    return new Map(rows.map((row) => [row.product_id, { amountMinor: row.amount_minor, currency: row.currency }]));
  }
}
