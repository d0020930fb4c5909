import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import type { FaultShop, Sandbox } from '../shop/fault-shop.ts';

const mostKnocks = 10;
const againAfterMs = 500;

/** What goes wrong at the payment provider, as its stand-in knows it. */
export interface ProviderFault {
  readonly operation: 'create' | 'capture' | 'cancel' | 'retrieve' | 'search' | 'refund' | 'list_refunds' | 'webhook';
  readonly kind: string;
  readonly ms?: number;
  readonly times?: number;
}

/** Makes the payment provider do wrong. */
export class ProviderFaults {
  private readonly sandbox: Sandbox;

  constructor({ sandbox }: Pick<FaultShop, 'sandbox'>) {
    this.sandbox = sandbox;
  }

  async add(fault: ProviderFault): Promise<void> {
    const response = await this.ask('POST', JSON.stringify(fault));
    if (response.status !== 201) throw new Error(`The sandbox does not know ${JSON.stringify(fault)}`);
  }

  /** Takes back what has not happened. Resolves with how often that is. */
  async clear(): Promise<number> {
    const left = (await (await this.ask('GET')).json()) as { times: number }[];
    await this.ask('DELETE');
    return left.reduce((sum, { times }) => sum + times, 0);
  }

  private ask(method: string, body?: string): Promise<Response> {
    const headers = { authorization: `Bearer ${this.sandbox.key}` };
    return fetch(`${this.sandbox.url}/_sandbox/faults`, { method, headers, body });
  }
}

/** An event as the provider would tell it, of money that was never taken. */
export interface ToldEvent {
  readonly id: string;
  readonly body: string;
}

export function eventOf(orderId: string, amountMinor: number): ToldEvent {
  const id = `evt_${randomUUID().replaceAll('-', '')}`;
  const object = {
    object: 'payment_intent',
    id: `pi_${randomUUID().replaceAll('-', '')}`,
    status: 'succeeded',
    amount: amountMinor,
    amount_received: amountMinor,
    currency: 'eur',
    metadata: { order_id: orderId },
  };
  return { id, body: JSON.stringify({ id, object: 'event', type: 'payment_intent.succeeded', data: { object } }) };
}

/** The door through which the provider tells what happened, as anybody in the world may knock at it. */
export class WebhookDoor {
  private readonly url: string;
  private readonly secret: string;

  constructor({ gateway, sandbox }: Pick<FaultShop, 'gateway' | 'sandbox'>) {
    this.url = `${gateway}/v1/webhooks/payment-provider`;
    this.secret = readFileSync(sandbox.webhookSecretFile, 'utf8').split('\n')[0];
  }

  /** As the provider does, comes again while there is no answer or no room. Resolves with the last status; 0 where no answer came. */
  async knock(body: string, signature: string | undefined): Promise<number> {
    for (let time = 1; ; time += 1) {
      const status = await this.knockOnce(body, signature);
      if (![0, 503, 504].includes(status) || time === mostKnocks) return status;
      await sleep(againAfterMs);
    }
  }

  private async knockOnce(body: string, signature: string | undefined): Promise<number> {
    const headers = { 'content-type': 'application/json', ...(signature && { 'stripe-signature': signature }) };
    const response = await fetch(this.url, { method: 'POST', headers, body }).catch(() => undefined);
    await response?.arrayBuffer();
    return response?.status ?? 0;
  }

  /** Signed by the provider's own secret, unless another is given. */
  sign(body: string, { secret = this.secret, agoSeconds = 0 } = {}): string {
    const t = Math.floor(Date.now() / 1_000) - agoSeconds;
    return `t=${t},v1=${createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')}`;
  }
}
