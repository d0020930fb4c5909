import { placeOrder, untilFinished } from '../customer/order.ts';
import { type Figure, inParallel } from './figure.ts';
import { memoryOf } from './memory.ts';

const orders = 1_000;
const limitMegabytes = 900;

/** What all processes of `npm start` need together after so many orders, npm and PostgreSQL's included. */
export const memory: Figure = async (shop, say) => {
  const customer = await shop.newCustomer();
  const product = await shop.newProduct(orders);
  let done = 0;
  await inParallel(Array.from({ length: orders }), 4, async () => {
    const { id } = await placeOrder(customer, product.id);
    await untilFinished(customer, id, 60_000);
    if (++done % 250 === 0) say(`${done} of ${orders} orders, four at a time.`);
  });
  const processes = memoryOf(shop.pid);
  const megabytes = processes.reduce((sum, { kilobytes }) => sum + kilobytes, 0) / 1024;
  return {
    figure: `memory after ${orders} orders (${processes.length} processes)`,
    value: `${megabytes.toFixed(0)} MB`,
    limit: `≤ ${limitMegabytes} MB`,
    met: megabytes <= limitMegabytes,
    samples: processes,
  };
};
