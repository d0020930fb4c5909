import type { Invariant } from '../verdict.ts';

/** I1: every order that an answer ever told of exists. */
export const durability: Invariant = ({ history, orders }) => ({
  checked: history.told.size,
  violations: [...history.told]
    .filter(([orderId]) => !orders.has(orderId))
    .map(([orderId, attempt]) => `order ${orderId} does not exist, of which was told by ${attempt}`),
});

/** I2: one cart of a customer is one order, in the database and in what customers were told. */
export const oneOrderPerCart: Invariant = ({ history, orders }) => {
  const stored = Map.groupBy(orders.values(), ({ userId, cartId }) => `${userId} ${cartId}`);
  const twiceStored = [...stored].filter(([, same]) => same.length > 1);
  const twiceTold = [...history.carts].filter(([cart, told]) => told.size > 1 && (stored.get(cart)?.length ?? 0) <= 1);
  return {
    checked: stored.size,
    violations: [
      ...twiceStored.map(([cart, same]) => `cart ${cart} became the orders ${same.map(({ id }) => id).join(', ')}`),
      ...twiceTold.map(([cart, told]) => `for cart ${cart} customers were told of ${[...told].join(', ')}`),
    ],
  };
};

/** I3: all answers of success to one key are the same to the letter. */
export const oneAnswerPerKey: Invariant = ({ history }) => ({
  checked: history.keys.size,
  violations: [...history.keys]
    .filter(([, { answers }]) => answers.size > 1)
    .map(([use, { answers }]) => `${answers.size} different answers to: customer ${use}`),
});
