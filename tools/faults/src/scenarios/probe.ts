import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import type { FaultShop } from '../shop/fault-shop.ts';
import { quantile } from './finding.ts';

interface Sample {
  /** Of `Date.now()`, when it was asked. */
  readonly at: number;
  readonly ms: number;
  /** 0 when there was no answer. */
  readonly status: number;
}

const patienceMs = 10_000;

/** Asks one thing of the shop again and again, beside the load, to see what a fault does to it. */
export class Probe {
  readonly samples: Sample[] = [];
  private readonly ask: () => Promise<Response>;
  private readonly everyMs: number;
  private isOver = false;
  private readonly end: Promise<void>;

  constructor(ask: () => Promise<Response>, everyMs: number) {
    this.ask = ask;
    this.everyMs = everyMs;
    this.end = this.run();
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await this.end;
  }

  /** What was asked between two moments of `Date.now()`. */
  between(from: number, to: number): { asked: number; good: number; p50Ms: number; p99Ms: number; statuses: number[] } {
    const samples = this.samples.filter(({ at }) => at >= from && at < to);
    const times = samples.map(({ ms }) => ms);
    return {
      asked: samples.length,
      good: samples.filter(({ status }) => status >= 200 && status < 300).length,
      p50Ms: quantile(times, 0.5),
      p99Ms: quantile(times, 0.99),
      statuses: [...new Set(samples.map(({ status }) => status))],
    };
  }

  private async run(): Promise<void> {
    while (!this.isOver) {
      const at = Date.now();
      const startedAt = performance.now();
      const status = await this.ask().then(read, () => 0);
      this.samples.push({ at, ms: performance.now() - startedAt, status });
      await sleep(Math.max(0, this.everyMs - (performance.now() - startedAt)));
    }
  }
}

/** Reads what the shop sells: a route that needs neither orders nor payments. */
export function askForProducts({ gateway }: FaultShop): () => Promise<Response> {
  return () => fetch(`${gateway}/v1/products?limit=5`, { signal: AbortSignal.timeout(patienceMs) });
}

interface Credentials {
  readonly email: string;
  readonly password: string;
}

/** Logs the admin in, or whoever it is said to be. */
export function askToLogIn({ gateway, adminCredentialsFile }: FaultShop, as?: Credentials): () => Promise<Response> {
  const credentials = as ?? (JSON.parse(readFileSync(adminCredentialsFile, 'utf8')) as Credentials);
  const request = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(credentials),
  };
  return () => fetch(`${gateway}/v1/sessions`, { ...request, signal: AbortSignal.timeout(patienceMs) });
}

async function read(response: Response): Promise<number> {
  await response.arrayBuffer();
  return response.status;
}
