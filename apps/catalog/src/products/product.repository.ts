import { Injectable } from '@nestjs/common';
import type { UpdateProductRequest } from '@towpath/api';
import { Database, type Sql, sql, type Transaction } from '@towpath/database';

import type { NewProduct, Product } from './product.ts';

const product = sql`
  id, sku, name, description, json_build_object('amountMinor', price_minor, 'currency', currency) AS price,
  stock - reserved AS available, version`;

@Injectable()
export class ProductRepository {
  constructor(private readonly database: Database) {}

  find(id: string): Promise<Product | undefined> {
    return this.database.maybeOne(sql`SELECT ${product} FROM product WHERE id = ${id}`);
  }

  async findMany(ids: readonly string[]): Promise<Map<string, Product>> {
    const found = await this.database.rows<Product>(sql`SELECT ${product} FROM product WHERE id = ANY(${ids})`);
    return new Map(found.map((each) => [each.id, each]));
  }

  /** The oldest first, as ids sort by time: new products join at the end and shift no page. */
  page(after: string | undefined, count: number): Promise<Product[]> {
    return this.pageOf(sql`true`, after, count);
  }

  /** As `page`, of those with all the words, or beginnings of words, that are said. */
  async search(said: string, after: string | undefined, count: number): Promise<Product[]> {
    // Asked for first, so that the plan is made for these words: the index is worth its while only for rare ones.
    const { query } = await this.database.one<{ query: string | null }>(sql`SELECT search_for(${said}) AS query`);
    return this.pageOf(sql`search @@ ${query}::tsquery`, after, count);
  }

  /** Resolves with nothing when another product has the SKU. */
  add(tx: Transaction, added: NewProduct, sayAgainInMs: number): Promise<Product | undefined> {
    const { id, sku, name, description, price, stock } = added;
    return tx.maybeOne(sql`
      INSERT INTO product (id, sku, name, description, price_minor, currency, stock, say_again_at)
      VALUES (${id}, ${sku}, ${name}, ${description}, ${price.amountMinor}, ${price.currency}, ${stock},
              now() + ${sayAgainInMs} * interval '1 ms')
      ON CONFLICT (sku) DO NOTHING
      RETURNING ${product}`);
  }

  /** Resolves with nothing when there is no such product at this version. */
  update(
    tx: Transaction,
    { id, version }: Pick<Product, 'id' | 'version'>,
    { name, description, price }: UpdateProductRequest,
    sayAgainInMs: number,
  ): Promise<Product | undefined> {
    return tx.maybeOne(sql`
      UPDATE product
         SET name = coalesce(${name}, name), description = coalesce(${description}, description),
             price_minor = coalesce(${price?.amountMinor}, price_minor), currency = coalesce(${price?.currency}, currency),
             version = version + 1, say_again_at = now() + ${sayAgainInMs} * interval '1 ms'
       WHERE id = ${id} AND version = ${version}
      RETURNING ${product}`);
  }

  async versionOf(tx: Transaction, id: string): Promise<number | undefined> {
    return (await tx.maybeOne<{ version: number }>(sql`SELECT version FROM product WHERE id = ${id}`))?.version;
  }

  /** How many pieces orders hold. Locks the product until the transaction ends. */
  async lockReserved(tx: Transaction, id: string): Promise<number | undefined> {
    const found = await tx.maybeOne<{ reserved: number }>(
      sql`SELECT reserved FROM product WHERE id = ${id} FOR NO KEY UPDATE`,
    );
    return found?.reserved;
  }

  setStock(tx: Transaction, id: string, quantity: number): Promise<Product> {
    return tx.one(sql`UPDATE product SET stock = ${quantity} WHERE id = ${id} RETURNING ${product}`);
  }

  /** Those whose snapshot is due, locked, and due again only after that time. What is locked already waits for the next turn. */
  takeDue(tx: Transaction, atMost: number, sayAgainInMs: number): Promise<Product[]> {
    return tx.rows(sql`
      WITH due AS MATERIALIZED (
        SELECT id AS due_id FROM product WHERE say_again_at <= now()
         ORDER BY say_again_at LIMIT ${atMost} FOR NO KEY UPDATE SKIP LOCKED)
      UPDATE product SET say_again_at = now() + ${sayAgainInMs} * interval '1 ms'
        FROM due WHERE id = due_id
      RETURNING ${product}`);
  }

  private pageOf(wanted: Sql, after: string | undefined, count: number): Promise<Product[]> {
    const start = after === undefined ? sql`` : sql`AND id > ${after}`;
    return this.database.rows(sql`SELECT ${product} FROM product WHERE ${wanted} ${start} ORDER BY id LIMIT ${count}`);
  }
}
