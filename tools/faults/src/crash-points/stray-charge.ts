import { randomUUID } from 'node:crypto';

import type { Sandbox } from '../shop/fault-shop.ts';

/** Money that the provider holds for an order that nobody knows: what a reconciliation is there to find. */
export class StrayCharge {
  readonly orderId: string;
  private readonly sandbox: Sandbox;
  private readonly id: string;

  static async hold(sandbox: Sandbox): Promise<StrayCharge> {
    const orderId = randomUUID();
    const { id } = await ask(sandbox, '/v1/payment_intents', {
      amount: '100',
      currency: 'eur',
      payment_method: 'pm_card_visa',
      'automatic_payment_methods[enabled]': 'true',
      'automatic_payment_methods[allow_redirects]': 'never',
      error_on_requires_action: 'true',
      capture_method: 'manual',
      confirm: 'true',
      'metadata[order_id]': orderId,
    });
    return new StrayCharge(sandbox, orderId, id);
  }

  private constructor(sandbox: Sandbox, orderId: string, id: string) {
    this.sandbox = sandbox;
    this.orderId = orderId;
    this.id = id;
  }

  async letGo(): Promise<void> {
    await ask(this.sandbox, `/v1/payment_intents/${this.id}/cancel`, {});
  }
}

async function ask(
  { url, key }: Sandbox,
  path: string,
  form: Record<string, string>,
): Promise<{ readonly id: string }> {
  const headers = { authorization: `Bearer ${key}`, 'idempotency-key': randomUUID() };
  const response = await fetch(url + path, { method: 'POST', headers, body: new URLSearchParams(form) });
  if (!response.ok) throw new Error(`The sandbox answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as { id: string };
}
