import type { Invariant } from '../verdict.ts';

/** I8: nothing is left to do: no order, goods, message or operation at the provider, and no wish without a definite answer. */
export const liveness: Invariant = async ({ unfinished, orders, history, expected }) => {
  const inReview = new Set(expected.inReview);
  const { catalog, 'order-processor': orderProcessor, payment } = unfinished;
  const left = await Promise.all([
    orderProcessor.orders(),
    catalog.reservations(),
    payment.operations(),
    ...[catalog, orderProcessor, payment].flatMap((each) => [each.messages(), each.waiting()]),
  ]);
  const unknown = [...history.wishes].filter(([, outcome]) => outcome === 'unknown');
  return {
    checked: orders.size,
    violations: [
      ...left
        .flat()
        .filter(({ orderId }) => !inReview.has(orderId ?? ''))
        .map(({ what }) => what),
      ...unknown.map(([wish]) => `${wish} never got a definite answer`),
    ],
  };
};
