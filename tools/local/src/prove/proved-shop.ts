import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

import { ApiClient } from '../customer/api-client.ts';
import type { Product } from '../customer/catalogue.ts';
import { placeFirstOrder, untilFinished } from '../customer/order.ts';
import { environment } from '../environment.ts';
import type { LocalRun } from '../run/local-file.ts';
import type { Credentials } from '../run/secrets.ts';
import { UserError } from '../user-error.ts';
import { Provider } from './provider.ts';

/** A shop that was started by `npm start` in a checkout of its own, as a stranger would. */
export class ProvedShop {
  private readonly checkout: string;
  private readonly output: string[] = [];
  private readonly npm: ChildProcess;
  /** npm and all that writes through it are gone. */
  private readonly closed: Promise<unknown>;
  private readonly startedAt = performance.now();
  /** Seconds from the command to the first order's acceptance. */
  private firstOrderAfter: number | undefined;

  /** `flags` are those of `npm start`. */
  constructor(checkout: string, flags: readonly string[]) {
    this.checkout = checkout;
    const env = { ...environment, TOWPATH_PORT_BASE: '0', TOWPATH_STATE: join(checkout, '.towpath') };
    this.npm = spawn('npm', ['start', '--', ...flags], { cwd: checkout, env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.closed = once(this.npm, 'close');
    for (const stream of [this.npm.stdout, this.npm.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', (line) => this.hear(line));
    }
  }

  /** Resolves with the seconds from the command to the acceptance of the first order, once all is ready. */
  async ready(): Promise<number> {
    while (this.firstOrderAfter === undefined || !this.output.some((line) => line.includes('Ctrl-C stops'))) {
      if (this.npm.exitCode !== null) throw new UserError(`npm start ended:\n${this.output.join('\n')}`);
      await sleep(20);
    }
    return this.firstOrderAfter;
  }

  /** Drains and stops everything. */
  async stop(): Promise<void> {
    this.npm.kill('SIGTERM');
    await this.closed;
  }

  get pid(): number {
    return this.npm.pid ?? 0;
  }

  /** Where everything is at this moment. */
  get local(): LocalRun {
    return this.read<LocalRun>('.towpath/local.json');
  }

  get provider(): Provider {
    const key = readFileSync(join(this.checkout, '.towpath/secrets/payment-provider-key'), 'utf8').trim();
    return new Provider(this.local.paymentSandbox.url, key);
  }

  async newCustomer(): Promise<ApiClient> {
    const anyone = new ApiClient(this.local.gateway);
    const customer = { email: `${randomUUID()}@towpath.example`, password: randomUUID() };
    await anyone.post('/v1/users', { ...customer, name: 'A customer' });
    return anyone.logIn(customer);
  }

  /** A product with this stock that can be ordered: one more was, and its order is through. */
  async newProduct(stock: number): Promise<Product> {
    const admin = await new ApiClient(this.local.gateway).logIn(
      this.read<Credentials>('.towpath/secrets/first-admin.json'),
    );
    const ware = { sku: `PROVE-${randomUUID()}`, name: 'Something', description: '', stock: stock + 1 };
    const { body } = await admin.post<Product>('/v1/products', {
      ...ware,
      price: { amountMinor: 1_999, currency: 'EUR' },
    });
    const customer = await this.newCustomer();
    const { id } = await placeFirstOrder(customer, body.id);
    await untilFinished(customer, id, 60_000);
    return body;
  }

  private hear(line: string): void {
    this.output.push(line);
    if (line.includes('first order is accepted')) this.firstOrderAfter = (performance.now() - this.startedAt) / 1000;
  }

  private read<T>(path: string): T {
    return JSON.parse(readFileSync(join(this.checkout, path), 'utf8')) as T;
  }
}
