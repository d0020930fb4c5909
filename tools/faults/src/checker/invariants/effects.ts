import { messagingServices } from '../evidence.ts';
import type { Invariant } from '../verdict.ts';

/** I10: a message had its effect once: in the inbox, in what was said because of it, on shelves, in payments and in stories. */
export const effectsOnce: Invariant = async ({ messages, payment, stock, order, history }) => {
  const [perService, payments, reservations, shelves, steps, handled] = await Promise.all([
    Promise.all(messagingServices.map((service) => messages[service].repeated())),
    payment.repeated(),
    stock.repeated(),
    stock.shelves(),
    order.steps(),
    Promise.all(messagingServices.map((service) => messages[service].handledCount())),
  ]);
  // A refund leaves a completed order where it is.
  const stepsTwice = steps.filter(({ status, before, cause }) => status === before && !cause.startsWith('refund'));
  return {
    checked: handled.reduce((sum, count) => sum + count, 0),
    violations: [
      ...[...perService.flat(), ...payments, ...reservations].map(({ what, count }) => `${what}: ${count} times`),
      ...stepsTwice.map(({ orderId, status, cause }) => `order ${orderId} became ${status} twice (${cause})`),
      ...shelves.flatMap(({ productId, stock: left, reserved, held, sold }) => {
        const stocked = history.stocked.get(productId);
        if (reserved !== held) return [`${reserved} of product ${productId} are reserved, orders hold ${held}`];
        if (stocked === undefined || left + sold === stocked) return [];
        return [`of ${stocked} of product ${productId} ${left} are left and ${sold} were sold`];
      }),
    ],
  };
};
