/** Every way in which the provider, our books and the orders can disagree, and what a person does about it. */
export const whatToDo = {
  'captured-without-order': 'Money was taken for no order that we know. Give it back at the provider.',
  'held-without-order': 'Money is held for no order that we know. Let it go at the provider.',
  'captured-for-cancelled-order': 'The order is cancelled and the money was kept. Give it back at the provider.',
  'held-authorization-of-cancelled-order': 'The order ended and the money is still held. Let it go at the provider.',
  'captured-for-unfinished-order':
    'The money was taken and the order does not end. Look at its dead letters and its worker.',
  'order-completed-without-capture':
    'The goods left and the money was not taken. Ask the customer for another payment.',
  'double-charge': 'There is more than one charge of this order. Give back, or let go, all but the one in our books.',
  'charge-missing':
    'Our books have a charge that the provider does not know. Look whether the key is of the right account.',
  'state-differs': 'Somebody changed the charge at the provider by hand. Cancel the order, or undo it there.',
  'amount-differs':
    'The amounts are not the same. Give back, or let go, the charge at the provider and cancel the order.',
  'refund-missing': 'Less was given back than should have been. Refund the rest at the provider, or ask for it again.',
  'refund-extra': 'More was given back than our books or the order say. Find out who asked for it at the provider.',
  'ledger-differs': 'The ledger does not say what the payment says: a bug. Put it right by another transfer.',
  'ledger-out-of-balance': 'A transfer does not balance: somebody changed the ledger past its guards. Restore it.',
  'operation-needs-review': 'What became of an operation is not known. Put it right at the provider; it is looked up.',
} as const;

export type MismatchKind = keyof typeof whatToDo;
export const mismatchKinds = Object.keys(whatToDo) as MismatchKind[];

export interface Mismatch {
  readonly kind: MismatchKind;
  /** The order, or the charge where there is none. */
  readonly subject: string;
  /** Ids and amounts, as each side has them. */
  readonly detail: object;
}
