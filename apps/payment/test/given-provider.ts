import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const sandbox = fileURLToPath(new URL('../../../tools/payment-sandbox/src/main.ts', import.meta.url));

export const webhookSecret = 'whsec_of_the_tests';

export interface Fault {
  readonly operation: 'create' | 'capture' | 'cancel' | 'retrieve' | 'search' | 'refund' | 'list_refunds';
  readonly kind: 'delay' | 'fail_after_charging' | 'drop_answer' | 'refuse' | 'wrong_amount';
  readonly ms?: number;
  readonly times?: number;
  readonly orderId: string;
}

/** What the provider did, as its own log has it. */
export interface Deed {
  readonly act: string;
  readonly object?: {
    readonly id: string;
    readonly object: string;
    readonly amount: number;
    readonly metadata: { readonly order_id?: string };
  };
}

/** Runs the payment sandbox as a process of its own for the tests of a file. */
export function givenProvider(): ProviderUnderTest {
  const provider = new ProviderUnderTest();
  afterAll(() => provider.stop());
  return provider;
}

export class ProviderUnderTest {
  url = '';
  keyFile = '';
  webhookSecretFile = '';
  #folder = '';
  #process?: ChildProcess;

  /** Settings of a service that uses it; starts it. */
  async environment(): Promise<Record<string, string>> {
    this.#folder = await mkdtemp(join(tmpdir(), 'payment-sandbox-'));
    const args = [sandbox, '--port', '0', '--folder', this.#folder];
    this.#process = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(createInterface({ input: this.#process.stdout! }), 'line')) as [string];
    ({ url: this.url, keyFile: this.keyFile } = JSON.parse(line));
    this.webhookSecretFile = join(this.#folder, 'webhook-secret');
    await writeFile(this.webhookSecretFile, `${webhookSecret}\n`);
    return {
      PAYMENT_PROVIDER_URL: this.url,
      PAYMENT_PROVIDER_KEY_FILE: this.keyFile,
      PAYMENT_WEBHOOK_SECRET_FILE: this.webhookSecretFile,
    };
  }

  async stop(): Promise<void> {
    this.#process?.kill('SIGKILL');
    await rm(this.#folder, { recursive: true, force: true });
  }

  async fault(fault: Fault): Promise<void> {
    await this.#ask('POST', '/_sandbox/faults', JSON.stringify(fault));
  }

  /** As a person at the provider's dashboard would. */
  byHand(path: string, form: Record<string, string> = {}, idempotencyKey = ''): Promise<any> {
    return this.#ask('POST', path, new URLSearchParams(form).toString(), idempotencyKey);
  }

  read(path: string): Promise<any> {
    return this.#ask('GET', path);
  }

  /** What it gave back for an order, in minor units. */
  async refundedMinor(orderId: string): Promise<number> {
    const refunds = (await this.#log()).filter(({ act, object }) => act === 'refunded' && isOf(object, orderId));
    return refunds.reduce((total, { object }) => total + (object?.amount ?? 0), 0);
  }

  /** All that it ever did for an order, oldest first, as `authorized`, `captured` … */
  async deeds(orderId: string): Promise<string[]> {
    return (await this.told(orderId)).map(({ act }) => act);
  }

  /** The same, each with what it was done to. */
  async told(orderId: string): Promise<Deed[]> {
    return (await this.#log()).filter(({ object }) => isOf(object, orderId));
  }

  async #log(): Promise<Deed[]> {
    const log = await readFile(join(this.#folder, 'provider.jsonl'), 'utf8');
    return log
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Deed);
  }

  async #ask(method: string, path: string, body?: string, idempotencyKey = ''): Promise<any> {
    const secretKey = (await readFile(this.keyFile, 'utf8')).trim();
    const headers = {
      authorization: `Bearer ${secretKey}`,
      'content-type': 'application/x-www-form-urlencoded',
      ...(idempotencyKey && { 'idempotency-key': idempotencyKey }),
    };
    const response = await fetch(`${this.url}${path}`, { method, body, headers });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }
}

const isOf = (object: Deed['object'], orderId: string): boolean => object?.metadata.order_id === orderId;
