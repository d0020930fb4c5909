import type { ErrorBody } from './stripe-error.ts';

export interface PaymentIntent {
  id: string;
  object: 'payment_intent';
  amount: number;
  amount_capturable: number;
  amount_received: number;
  canceled_at: number | null;
  cancellation_reason: string | null;
  capture_method: 'manual';
  client_secret: string;
  confirmation_method: 'automatic';
  created: number;
  currency: string;
  description: string | null;
  last_payment_error: ErrorBody | null;
  latest_charge: string | null;
  livemode: false;
  metadata: Record<string, string>;
  payment_method: string | null;
  payment_method_types: string[];
  status: 'requires_payment_method' | 'requires_capture' | 'succeeded' | 'canceled';
}

export interface Refund {
  id: string;
  object: 'refund';
  amount: number;
  charge: string | null;
  created: number;
  currency: string;
  metadata: Record<string, string>;
  payment_intent: string;
  reason: string | null;
  status: 'succeeded';
}

/** What became of a request that may have changed something. */
export interface Result {
  /** For whoever reads the log: who was charged, declined, captured … */
  act: 'authorized' | 'declined' | 'captured' | 'canceled' | 'refunded' | 'refused';
  /** The object as it is from now on; none when nothing changed. */
  object?: PaymentIntent | Refund;
  answer: Answer;
}

export interface Answer {
  status: number;
  body: object;
}

/** Everything that the provider knows, in the order in which it came to know it. */
export class Book {
  private readonly intents = new Map<string, PaymentIntent>();
  private readonly refunds = new Map<string, Refund>();
  private readonly refunded = new Map<string, number>();

  apply(object: PaymentIntent | Refund | undefined): void {
    if (object?.object === 'payment_intent') {
      this.intents.set(object.id, object);
    } else if (object?.object === 'refund') {
      this.refunds.set(object.id, object);
      this.refunded.set(object.payment_intent, (this.refunded.get(object.payment_intent) ?? 0) + object.amount);
    }
  }

  intent(id: string): PaymentIntent | undefined {
    return this.intents.get(id);
  }

  /** Newest first. */
  allIntents(): PaymentIntent[] {
    return [...this.intents.values()].reverse();
  }

  /** Newest first. */
  allRefunds(): Refund[] {
    return [...this.refunds.values()].reverse();
  }

  refundedOf(intent: PaymentIntent): number {
    return this.refunded.get(intent.id) ?? 0;
  }
}
