import { Injectable } from '@nestjs/common';
import { Unavailable } from '@towpath/errors';
import Stripe from 'stripe';

import { ProviderClient } from '../payments/provider-client.ts';
import type { Charge } from './order-account.ts';

/** A charge, the order that it names, and when it was made. */
export interface ReportedCharge extends Charge {
  readonly orderId?: string;
  readonly createdAt: Date;
}

const isUuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What the provider says that it charged. */
@Injectable()
export class ProviderReport {
  constructor(private readonly client: ProviderClient) {}

  /** Page after page, newest first. @throws Unavailable when the provider does not answer */
  async *since(moment: Date): AsyncGenerator<ReportedCharge[]> {
    const window = { created: { gte: Math.floor(moment.getTime() / 1_000) } };
    const query = { ...window, limit: 100, expand: ['data.latest_charge'] };
    let page = await this.read(query);
    for (;;) {
      yield page.data.map(toCharge);
      const last = page.data.at(-1);
      if (!page.has_more || !last) return;
      page = await this.read({ ...query, starting_after: last.id });
    }
  }

  private read(query: Stripe.PaymentIntentListParams): Promise<Stripe.ApiList<Stripe.PaymentIntent>> {
    return this.client.stripe.paymentIntents.list(query).catch((cause: unknown) => {
      if (!(cause instanceof Stripe.errors.StripeError)) throw cause;
      throw new Unavailable(`The payment provider gave no report: ${cause.message}`, { cause });
    });
  }
}

function toCharge(intent: Stripe.PaymentIntent): ReportedCharge {
  const { latest_charge: charge, metadata } = intent;
  return {
    reference: intent.id,
    orderId: isUuid.test(metadata['order_id'] ?? '') ? metadata['order_id'] : undefined,
    status: intent.status,
    amountMinor: intent.status === 'succeeded' ? intent.amount_received : intent.amount,
    refundedMinor: typeof charge === 'object' && charge !== null ? charge.amount_refunded : 0,
    currency: intent.currency.toUpperCase(),
    createdAt: new Date(intent.created * 1_000),
  };
}
