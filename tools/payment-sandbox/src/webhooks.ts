import { createHmac } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import { eventOf, type ProviderEvent, type Told } from './events.ts';
import type { WebhookFault } from './faults.ts';
import { Journal } from './journal.ts';

export interface WebhookOptions {
  /** Where events are told. */
  url: string;
  /** Each line is a secret, and each signs: two while one replaces the other. */
  secretFile: string;
}

interface Delivered {
  n: number;
  /** The line of the provider's log that was told. */
  entry: number;
}

/** Whoever asked for the deed mostly knows its outcome by then. */
const tellAfterMs = 1_000;
const firstRetryMs = 1_000;
const mostRetryMs = 30_000;
/** Nobody is told of what is older. */
const tellWithinMs = 24 * 60 * 60 * 1000;
const attemptMs = 10_000;
const atOnce = 8;

/**
 * Tells what happened until somebody answers 2xx, at least once and in no order. What was not yet told when the sandbox died
 * is told after it starts again: the provider's log says what happened, a journal beside it what was told.
 */
export class Webhooks {
  private readonly told = new Set<number>();
  private readonly closing = new AbortController();
  private readonly underWay = new Set<Promise<void>>();
  private readonly queue: (() => void)[] = [];
  private sending = 0;
  private lines = 0;
  private journal!: Journal<Delivered>;
  private readonly options: WebhookOptions;

  private constructor(options: WebhookOptions) {
    this.options = options;
    setMaxListeners(0, this.closing.signal);
  }

  static async open(journalFile: string, options: WebhookOptions): Promise<Webhooks> {
    const webhooks = new Webhooks(options);
    webhooks.journal = await Journal.open<Delivered>(journalFile, ({ n, entry }) => {
      webhooks.lines = n;
      webhooks.told.add(entry);
    });
    return webhooks;
  }

  /** `entry` is on disk; `fault` is what goes wrong with telling it. */
  tell(entry: Told, fault?: WebhookFault): void {
    const event = eventOf(entry);
    const age = Date.now() - Date.parse(entry.at);
    // What was told is asked for only once, when the log is read again.
    if (!event || this.told.delete(entry.n) || age > tellWithinMs || fault?.kind === 'lose') return;
    const waitMs = Math.max(0, tellAfterMs - age) + (fault?.kind === 'delay' ? fault.ms : 0);
    const telling = this.deliver(entry.n, fault ? spoilt(event, fault) : event, waitMs, fault?.kind === 'duplicate');
    const settled = telling.catch(() => undefined).finally(() => this.underWay.delete(settled));
    this.underWay.add(settled);
  }

  async close(): Promise<void> {
    this.closing.abort();
    await Promise.all(this.underWay);
    await this.journal.close();
  }

  private async deliver(entry: number, event: ProviderEvent, waitMs: number, twice: boolean): Promise<void> {
    const { signal } = this.closing;
    await sleep(waitMs, undefined, { signal });
    const giveUpAt = Date.now() + tellWithinMs;
    for (let retryMs = firstRetryMs; Date.now() < giveUpAt; retryMs = Math.min(2 * retryMs, mostRetryMs)) {
      const sent = await Promise.all((twice ? [1, 2] : [1]).map(() => this.inTurn(() => this.send(event))));
      if (sent.every(Boolean)) break;
      await sleep(retryMs * (0.5 + Math.random()), undefined, { signal });
    }
    this.lines += 1;
    this.journal.append({ n: this.lines, entry });
    await this.journal.settled();
  }

  /** @returns whether it was answered with 2xx. */
  private async send(event: ProviderEvent): Promise<boolean> {
    const body = JSON.stringify(event, undefined, 2);
    try {
      const signal = AbortSignal.any([this.closing.signal, AbortSignal.timeout(attemptMs)]);
      const headers = { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': await this.sign(body) };
      const response = await fetch(this.options.url, { method: 'POST', body, headers, redirect: 'error', signal });
      await response.arrayBuffer();
      return response.ok;
    } catch {
      return false;
    }
  }

  private async sign(body: string): Promise<string> {
    const secrets = (await readFile(this.options.secretFile, 'utf8')).split('\n').filter(Boolean);
    const t = Math.floor(Date.now() / 1000);
    const signatures = secrets.map((secret) => createHmac('sha256', secret).update(`${t}.${body}`).digest('hex'));
    return [`t=${t}`, ...signatures.map((signature) => `v1=${signature}`)].join(',');
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.sending >= atOnce) await new Promise<void>((resolve) => this.queue.push(resolve));
    else this.sending += 1;
    try {
      return await work();
    } finally {
      const next = this.queue.shift();
      if (next) next();
      else this.sending -= 1;
    }
  }
}

function spoilt(event: ProviderEvent, { kind }: WebhookFault): ProviderEvent {
  const { object } = event.data;
  const more = { amount: object.amount + 1, ...('amount_received' in object && receivedMore(object.amount_received)) };
  if (kind === 'wrong_amount') return { ...event, data: { object: { ...object, ...more } } };
  if (kind === 'wrong_currency') return { ...event, data: { object: { ...object, currency: 'xts' } } };
  return event;
}

const receivedMore = (amount: number): object => (amount > 0 ? { amount_received: amount + 1 } : {});
