import type { Customer, Shop } from './given-shop.ts';

export interface Followed {
  readonly id: string;
  readonly data: unknown;
}

/** One who follows an order, as a browser's EventSource does. */
export class Following {
  text = '';
  hasEnded = false;
  private readonly leaving = new AbortController();
  private response!: Response;

  static async start(shop: Shop, orderId: string, { token }: Customer, lastEventId?: string | number) {
    const following = new Following();
    const { signal } = following.leaving;
    const headers = {
      authorization: `Bearer ${token}`,
      ...(lastEventId !== undefined && { 'last-event-id': `${lastEventId}` }),
    };
    following.response = await fetch(`${shop.service.url}/v1/orders/${orderId}/events`, { headers, signal });
    void following.read();
    return following;
  }

  get status(): number {
    return this.response.status;
  }

  get headers(): Headers {
    return this.response.headers;
  }

  get events(): Followed[] {
    return eventsIn(this.text);
  }

  get ids(): number[] {
    return this.events.map(({ id }) => Number(id));
  }

  leave(): void {
    this.leaving.abort();
  }

  private async read(): Promise<void> {
    const decoder = new TextDecoder();
    try {
      for await (const chunk of this.response.body ?? []) this.text += decoder.decode(chunk, { stream: true });
      this.hasEnded = true;
    } catch {
      // Cut off, or gone by itself: what came before is what arrived.
    }
  }
}

/** The events that arrived whole: only a blank line completes one. */
export function eventsIn(text: string): Followed[] {
  const blocks = text.split('\n\n').slice(0, -1);
  return blocks.flatMap((block) => {
    const [, id, data] = /^id: (\d+)\ndata: (.*)$/.exec(block) ?? [];
    return id && data ? [{ id, data: JSON.parse(data) as unknown }] : [];
  });
}
