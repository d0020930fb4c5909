import { type Money, sum } from '@towpath/money';

/** A payment at the provider, as Stripe tells it: the fields that are compared here. */
export interface Intent {
  readonly id: string;
  readonly status: string;
  readonly amount: number;
  readonly amount_received: number;
  readonly currency: string;
  readonly metadata: Readonly<Record<string, string>>;
}

type Refund = Pick<Intent, 'status' | 'amount' | 'currency'>;

/** The payment provider, asked behind the shop's back. */
export class Provider {
  constructor(
    private readonly url: string,
    private readonly key: string,
  ) {}

  /** All that it was asked to charge, newest first. */
  async intents(): Promise<Intent[]> {
    const all: Intent[] = [];
    for (;;) {
      const after = all.length > 0 ? `&starting_after=${all.at(-1)?.id}` : '';
      const page = await this.call<{ data: Intent[]; has_more: boolean }>(
        'GET',
        `/v1/payment_intents?limit=100${after}`,
      );
      all.push(...page.data);
      if (!page.has_more) return all;
    }
  }

  async intentsOf(orderId: string): Promise<Intent[]> {
    return (await this.intents()).filter(({ metadata }) => metadata['order_id'] === orderId);
  }

  /** All that went back of an order. */
  async refundedOf(orderId: string): Promise<Money> {
    const ofIntents = (await this.intentsOf(orderId)).map(({ id }) =>
      this.call<{ data: Refund[] }>('GET', `/v1/refunds?limit=100&payment_intent=${id}`),
    );
    const all = (await Promise.all(ofIntents)).flatMap(({ data }) => data);
    const succeeded = all.filter(({ status }) => status === 'succeeded');
    return sum(
      succeeded.map((refund) => ({ amountMinor: refund.amount, currency: refund.currency.toUpperCase() })),
      'EUR',
    );
  }

  /** The next request of this kind is answered so much later. */
  delay(operation: 'create' | 'capture', ms: number): Promise<unknown> {
    return this.call('POST', '/_sandbox/faults', { operation, kind: 'delay', ms, times: 1 });
  }

  private async call<T>(method: string, path: string, body?: object): Promise<T> {
    const headers = { authorization: `Bearer ${this.key}`, 'content-type': 'application/json' };
    const response = await fetch(this.url + path, { method, headers, body: body && JSON.stringify(body) });
    return (await response.json()) as T;
  }
}
