import type { CreateProductRequest } from '@towpath/api';
import { newId, sql } from '@towpath/database';
import { CommitStock, ReleaseStock, ReserveStock } from '@towpath/messages';
import { Metrics } from '@towpath/metrics';
import { givenService } from '@towpath/testing';

import { CatalogModule } from '../src/catalog.module.ts';
import type { Product } from '../src/products/product.ts';

interface Said {
  readonly type: string;
  readonly snapshot: boolean;
}

/** Settings, as they are known once the service is about to start. */
type Surroundings = () => Readonly<Record<string, string>>;

interface Line {
  readonly productId: string;
  readonly quantity: number;
}

export function aProduct(more: Partial<CreateProductRequest> = {}): CreateProductRequest {
  return {
    sku: `sku-${newId()}`,
    name: 'Lantern',
    description: 'Lights the towpath.',
    price: { amountMinor: 1999, currency: 'EUR' },
    stock: 10,
    ...more,
  };
}

/** A running catalog, and what tests arrange in it and ask of it. */
export class CatalogUnderTest {
  readonly service;

  constructor(environment: Surroundings) {
    this.service = givenService(CatalogModule, {
      environment,
      outgoing: () => Object.values(environment()).filter((value) => URL.canParse(value)),
    });
  }

  async asAdmin(): Promise<{ token: string }> {
    return { token: await this.service.token({ roles: ['admin'] }) };
  }

  async product(more: Partial<CreateProductRequest> = {}): Promise<Product> {
    const { status, body } = await this.service.http.post('/v1/products', aProduct(more), await this.asAdmin());
    expect(status).toBe(201);
    return body;
  }

  async available(productId: string): Promise<number> {
    return (await this.service.http.get(`/v1/products/${productId}`)).body.available;
  }

  shelf(productId: string): Promise<{ stock: number; reserved: number }> {
    return this.service.database.one(sql`SELECT stock, reserved FROM product WHERE id = ${productId}`);
  }

  /** An order that asks for these lines; its commands come one after another in its stream. */
  order(...lines: Line[]) {
    const orderId = newId();
    const { service } = this;
    return {
      orderId,
      reserve: (delivery = {}) => service.receives(ReserveStock, { orderId, lines }, delivery),
      commit: (delivery = {}) => service.receives(CommitStock, { orderId }, delivery),
      release: (delivery = {}) => service.receives(ReleaseStock, { orderId }, delivery),
      state: async () => {
        const row = sql`SELECT state FROM reservation WHERE order_id = ${orderId}`;
        return (await service.database.maybeOne<{ state: string }>(row))?.state;
      },
      said: (): Promise<Said[]> => this.said(orderId),
    };
  }

  /** What was said of a product or an order, oldest first. */
  said(aggregateId: string): Promise<Said[]> {
    return this.service.database.rows(sql`
      SELECT type, (headers->>'snapshot')::boolean AS snapshot FROM outbox
       WHERE aggregateid = ${aggregateId} ORDER BY version`);
  }

  async anomalies(orderId: string): Promise<object[]> {
    const rows = await this.service.database.rows<{ kind: string; detail: object }>(
      sql`SELECT kind, detail FROM anomaly WHERE detail->>'orderId' = ${orderId}`,
    );
    return rows.map(({ kind, detail }) => ({ kind, ...detail }));
  }

  /** How many transactions wait for a lock. */
  async waiting(): Promise<number> {
    const { count } = await this.service.database.one<{ count: number }>(sql`
      SELECT count(*)::int AS count FROM pg_stat_activity
       WHERE datname = current_database() AND wait_event_type = 'Lock'`);
    return count;
  }

  /** How often the handling of a message was tried again, since the start. */
  async retries(): Promise<number> {
    const { values } = await this.service.get(Metrics).registry.getSingleMetric('messages_handled_total')!.get();
    const retried = values.filter(({ labels }) => labels['outcome'] === 'retry');
    return retried.reduce((sum, { value }) => sum + value, 0);
  }
}

/** Starts a catalog for the tests of a file. What it does by itself now and then is left to tests that ask for it. */
export function givenCatalog(environment: ReturnType<Surroundings> | Surroundings = {}): CatalogUnderTest {
  const seldom = '86400000';
  const given = typeof environment === 'function' ? environment : () => environment;
  return new CatalogUnderTest(() => ({ SAY_AGAIN_POLL_MS: seldom, PRELOAD_EVERY_MS: seldom, ...given() }));
}
