import { ApiClient } from '../customer/api-client.ts';
import type { Product } from '../customer/catalogue.ts';
import { placeOrder, untilFinished } from '../customer/order.ts';
import type { Figure } from './figure.ts';

const stock = 10;
const orders = 100;

/** Many want what only a few can have: those get it, the others are told, and nothing is sold twice. */
export const lastItem: Figure = async (shop, say) => {
  const customer = await shop.newCustomer();
  const product = await shop.newProduct(stock);
  say(`${orders} orders at once for the last ${stock}.`);
  const placed = await Promise.all(Array.from({ length: orders }, () => placeOrder(customer, product.id)));
  const finished = await Promise.all(placed.map(({ id }) => untilFinished(customer, id, 60_000)));
  const { body } = await new ApiClient(shop.local.gateway).get<Product>(`/v1/products/${product.id}`);
  const completed = finished.filter(({ status }) => status === 'COMPLETED').length;
  const refused = finished.filter(({ cancelReason }) => cancelReason === 'out_of_stock').length;
  return {
    figure: `last item (${orders} at once for stock ${stock})`,
    value: `${completed} COMPLETED, ${refused} out_of_stock, stock ${body.available}`,
    limit: `${stock} COMPLETED, ${orders - stock} out_of_stock, stock 0`,
    met: completed === stock && refused === orders - stock && body.available === 0,
    samples: finished,
  };
};
