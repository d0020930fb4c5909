/** A payment at the provider, as Stripe tells it: the fields that are compared here. */
export interface Intent {
  readonly id: string;
  readonly status: string;
  readonly amount: number;
  readonly amount_received: number;
  readonly currency: string;
  readonly metadata: Readonly<Record<string, string>>;
}

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
