import type { Invariant } from '../verdict.ts';

/** I13: nobody was ever shown an id that belongs to somebody else. */
export const isolation: Invariant = ({ history, orders }) => {
  const owners = new Map<string, string>();
  for (const { id, userId, cartId } of orders.values()) {
    for (const owned of [id, cartId, userId]) owners.set(owned, userId);
  }
  return {
    checked: history.sights.length,
    violations: history.sights.flatMap(({ customer, ids, what }) =>
      ids
        .filter((id) => (owners.get(id) ?? customer) !== customer)
        .map((id) => `customer ${customer} saw ${id} of customer ${owners.get(id)}: ${what}`),
    ),
  };
};

/** I14: without a valid proof of who asks, nothing was answered with success. */
export const provenIdentity: Invariant = ({ history }) => ({
  checked: history.intrusions.tried,
  violations: history.intrusions.admitted,
});
