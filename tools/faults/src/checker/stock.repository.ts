import type { Database } from '../postgres/database.ts';

interface Shelf {
  readonly productId: string;
  readonly stock: number;
  readonly reserved: number;
  /** Pieces that orders hold, and pieces that were sold, by the reservations. */
  readonly held: number;
  readonly sold: number;
}

/** Looks into catalog's database. */
export class StockRepository {
  private readonly database: Database;

  constructor(database: Database) {
    this.database = database;
  }

  shelves(): Promise<Shelf[]> {
    return this.database.rows(`
      SELECT product.id AS "productId", stock, reserved,
             coalesce(sum(quantity) FILTER (WHERE state = 'RESERVED'), 0) AS held,
             coalesce(sum(quantity) FILTER (WHERE state = 'COMMITTED'), 0) AS sold
        FROM product LEFT JOIN reservation_line line ON line.product_id = product.id
        LEFT JOIN reservation ON reservation.order_id = line.order_id
       GROUP BY product.id`);
  }

  /** Orders whose goods are the customer's. */
  async handedOver(): Promise<string[]> {
    const rows = await this.database.rows<{ id: string }>(`
      SELECT order_id AS id FROM reservation WHERE state = 'COMMITTED'`);
    return rows.map(({ id }) => id);
  }

  repeated(): Promise<{ what: string; count: number }[]> {
    return this.database.rows(`
      SELECT 'reservation of order ' || order_id AS what, count(*) AS count FROM reservation
       GROUP BY order_id HAVING count(*) > 1`);
  }
}
