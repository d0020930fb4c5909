import { placeOrder, untilFinished } from '../customer/order.ts';
import { type Figure, quantile } from './figure.ts';

const orders = 200;

/** How long an order takes that has the shop to itself: from asking until its completion is seen. At most `limitMs` for half of them. */
export const idleOrders =
  (limitMs: number): Figure =>
  async (shop, say) => {
    const customer = await shop.newCustomer();
    const product = await shop.newProduct(orders);
    const samples: { seenMs: number; inTimelineMs: number }[] = [];
    for (let count = 1; count <= orders; count++) {
      const askedAt = performance.now();
      const { id } = await placeOrder(customer, product.id);
      const { timeline } = await untilFinished(customer, id, 60_000);
      const seenMs = performance.now() - askedAt;
      samples.push({ seenMs, inTimelineMs: Date.parse(timeline.at(-1)?.at ?? '') - Date.parse(timeline[0].at) });
      if (count % 50 === 0) say(`${count} of ${orders} orders, one after another.`);
    }
    const seen = samples.map((sample) => sample.seenMs);
    const [p50, p95] = [quantile(seen, 0.5), quantile(seen, 0.95)];
    return {
      figure: `order end to end, idle (${orders} orders)`,
      value: `p50 ${p50.toFixed(0)} ms, p95 ${p95.toFixed(0)} ms`,
      limit: `p50 ≤ ${limitMs} ms`,
      met: p50 <= limitMs,
      samples,
    };
  };
