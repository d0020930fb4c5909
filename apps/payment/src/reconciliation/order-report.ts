import { Injectable } from '@nestjs/common';
import { Unavailable } from '@towpath/errors';
import { Lifecycle } from '@towpath/health';
import { type TracedPool, tracedPool, withDeadline } from '@towpath/tracing';
import { z } from 'zod';

import { PaymentConfig } from '../payment.config.ts';

const reportedOrder = z.object({
  orderId: z.uuid(),
  status: z.string(),
  total: z.object({ amountMinor: z.int().nonnegative(), currency: z.string() }),
  refundGoalMinor: z.int().nonnegative(),
  settled: z.boolean(),
  updatedAt: z.iso.datetime(),
});
const reportedPage = z.object({ items: z.array(reportedOrder) });

export type ReportedOrder = z.infer<typeof reportedOrder>;

const route = '/internal/orders-for-reconciliation';
const limit = 1_000;
const pageMs = 5_000;

/** What order-processor says of the money of each order. */
@Injectable()
export class OrderReport {
  private readonly pool: TracedPool;

  constructor(config: PaymentConfig, lifecycle: Lifecycle) {
    this.pool = tracedPool(config.orderProcessorUrl, { connections: 1, maxResponseBytes: 1_000 * limit });
    lifecycle.closing('order report', () => this.pool.destroy());
  }

  /** Page after page, oldest first, from the first id above. @throws Unavailable when order-processor does not answer */
  async *after(orderId: string): AsyncGenerator<ReportedOrder[]> {
    for (let after = orderId; ;) {
      const items = await this.read(after);
      yield items;
      const last = items.at(-1);
      if (!last || items.length < limit) return;
      after = last.orderId;
    }
  }

  private async read(after: string): Promise<ReportedOrder[]> {
    try {
      return await withDeadline(pageMs, async () => {
        const { statusCode, body } = await this.pool.request({
          method: 'GET',
          path: `${route}?after=${after}&limit=${limit}`,
          route,
          signal: AbortSignal.timeout(pageMs),
        });
        if (statusCode !== 200) throw new Error(`it answered ${statusCode}`);
        return reportedPage.parse(await body.json()).items;
      });
    } catch (cause) {
      throw new Unavailable(`order-processor gave no report: ${(cause as Error).message}`, { cause });
    }
  }
}
