/** What is known of an attempt: it worked (2xx), it definitely did not (4xx), or it may have. */
export type Outcome = 'ok' | 'fail' | 'unknown';

export type Deed = 'checkout' | 'cancel' | 'refund' | 'read' | 'list';

/** How the client showed who it is. All but `valid` prove nothing: no token, one that is spoilt or expired, or one of a customer where an admin's is needed. */
export type Proof = 'valid' | 'none' | 'forged' | 'expired' | 'customer';

/** One request of a client and what came of it: a line of the history. */
export interface Attempt {
  readonly is: 'attempt';
  /** When it was sent, of `Date.now()`. */
  readonly at: number;
  /** Until the answer was read or given up. */
  readonly ms: number;
  readonly deed: Deed;
  /** Counts the attempts of one wish, from 1: doubles are wishes of their own. */
  readonly try: number;
  readonly customer: string;
  readonly proof: Proof;
  /** Which checkout it belongs to; its doubles belong to the same. */
  readonly checkout?: string;
  readonly cart?: string;
  readonly key?: string;
  /** Hash of what was sent. */
  readonly body?: string;
  /** The order that the request is about. */
  readonly about?: string;
  /** None when no answer came. */
  readonly status?: number;
  /** Why none came: `timeout`, or the error's code. */
  readonly error?: string;
  /** The problem's, as in docs/problems.md. */
  readonly code?: string;
  readonly outcome: Outcome;
  /** Hash of the answer's body. */
  readonly answer?: string;
  /** The order that the answer is about. */
  readonly orderId?: string;
  readonly replayed?: true;
  /** Every id in the answer that may belong to somebody. */
  readonly seen?: readonly string[];
}

/** A product was put on the shelf: what is sold and held is counted from here. */
export interface Stocked {
  readonly is: 'stocked';
  readonly productId: string;
  readonly quantity: number;
}

export type HistoryLine = Attempt | Stocked;

/** Refusals that say nothing of the wish itself: it is asked again. */
const askAgain = new Set([401, 408, 425, 429]);

export function outcomeOf(status: number | undefined, code: string | undefined): Outcome {
  if (status === undefined || status >= 500 || askAgain.has(status) || code === 'in-progress') return 'unknown';
  return status < 300 ? 'ok' : 'fail';
}
