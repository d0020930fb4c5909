import { Injectable } from '@nestjs/common';
import { type ApiClient, type ApiFetch, type ApiSchema, createClient, pooledFetch } from '@towpath/client';
import { Unavailable } from '@towpath/errors';
import { Lifecycle } from '@towpath/health';
import { tracedPool } from '@towpath/tracing';

import { UserConfig } from '../user.config.ts';

type Order = ApiSchema<'Order'>;

const atOnce = 100;
/** Of all orders together: an order has up to 50, and what is gathered is held in memory, a few hundred bytes for each. */
const mostLines = 10_000;
const longestPageBytes = 4 * 1024 * 1024;

/** The orders of a person, asked of the order-processor with that person's own token. */
@Injectable()
export class OrderHistory {
  private readonly fetch: ApiFetch;

  constructor(
    private readonly config: UserConfig,
    lifecycle: Lifecycle,
  ) {
    const pool = tracedPool(config.orderProcessorUrl, { connections: 8, maxResponseBytes: longestPageBytes });
    this.fetch = pooledFetch(pool);
    lifecycle.closing('connections to the order-processor', () => pool.close());
  }

  /** The newest, newest first: `limit` of them at most, and fewer where they have very many lines. @throws Unavailable when they cannot be had in time */
  async of(token: string, limit: number): Promise<Order[]> {
    const client = createClient(this.config.orderProcessorUrl, { fetch: this.fetch, token });
    const orders: Order[] = [];
    let cursor: string | undefined;
    let lines = 0;
    do {
      const page = await pageAfter(client, cursor);
      orders.push(...page.items);
      for (const order of page.items) lines += order.lines.length;
      cursor = page.items.length > 0 ? (page.nextCursor ?? undefined) : undefined;
    } while (cursor && orders.length < limit && lines < mostLines);
    return orders.slice(0, limit);
  }
}

async function pageAfter(client: ApiClient, cursor: string | undefined) {
  const { data, error } = await client.GET('/v1/orders', { params: { query: { limit: atOnce, cursor } } });
  if (data && isPage(data)) return data;
  throw new Unavailable('The orders cannot be had now.', {
    cause: new Error(error?.type ?? 'That is no page of orders'),
  });
}

/** As far as it is looked at here: a newer order-processor may say more of an order. */
function isPage({ items }: { items?: readonly Partial<Order>[] }): boolean {
  return Array.isArray(items) && items.every(({ lines }) => Array.isArray(lines));
}
