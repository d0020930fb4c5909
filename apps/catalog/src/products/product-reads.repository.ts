import { Injectable } from '@nestjs/common';
import { Database, sql } from '@towpath/database';

/** Which products are read most. A hint for caching, so nothing fails when some counts get lost. */
@Injectable()
export class ProductReadsRepository {
  constructor(private readonly database: Database) {}

  /** Adds to the counts of today. In the order of the ids, so that two processes cannot deadlock. */
  async add(counts: ReadonlyMap<string, number>): Promise<void> {
    await this.database.rows(sql`
      INSERT INTO product_reads (day, product_id, count)
      SELECT current_date, product_id, more
        FROM unnest(${[...counts.keys()]}::uuid[], ${[...counts.values()]}::bigint[]) AS read(product_id, more)
       ORDER BY product_id
      ON CONFLICT (day, product_id) DO UPDATE SET count = product_reads.count + excluded.count`);
  }

  /** The products most read today and yesterday. Older counts go. */
  async mostRead(atMost: number): Promise<string[]> {
    const rows = await this.database.rows<{ id: string }>(sql`
      WITH old AS (DELETE FROM product_reads WHERE day < current_date - 1)
      SELECT product_id AS id FROM product_reads WHERE day >= current_date - 1
       GROUP BY product_id ORDER BY sum(count) DESC, product_id LIMIT ${atMost}`);
    return rows.map(({ id }) => id);
  }
}
