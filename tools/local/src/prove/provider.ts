/** A payment as the provider has it in its own list. */
export interface Charge {
  readonly id: string;
  readonly status: string;
  readonly amount_received: number;
  readonly metadata: { readonly order_id?: string };
}

interface Page {
  readonly data: Charge[];
  readonly has_more: boolean;
}

/** The payment provider's side of the story, read as anybody with the key can. */
export class Provider {
  private readonly url: string;
  private readonly key: string;

  constructor(url: string, key: string) {
    this.url = url;
    this.key = key;
  }

  /** Those that took money, by order; an order that is not in it was never charged. */
  async chargesByOrder(): Promise<Map<string, Charge[]>> {
    const taken = (await this.list()).filter(({ status }) => status === 'succeeded');
    return Map.groupBy(taken, ({ metadata }) => metadata.order_id ?? 'none');
  }

  private async list(): Promise<Charge[]> {
    const all: Charge[] = [];
    for (;;) {
      const { data, has_more } = await this.page(all.at(-1)?.id);
      all.push(...data);
      if (!has_more) return all;
    }
  }

  private async page(startingAfter: string | undefined): Promise<Page> {
    const query = new URLSearchParams({ limit: '100', ...(startingAfter && { starting_after: startingAfter }) });
    const response = await fetch(`${this.url}/v1/payment_intents?${query}`, {
      headers: { authorization: `Bearer ${this.key}` },
    });
    if (!response.ok) throw new Error(`The payment sandbox answered ${response.status}`);
    return (await response.json()) as Page;
  }
}
