import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, watch } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import type { ProductResponse } from '@towpath/api';
import { eventually } from '@towpath/testing';

import { type Credentials, Customer } from './customer.ts';
import { Provider } from './provider.ts';
import { SpanReceiver } from './span-receiver.ts';

const root = resolve(__dirname, '../../..');
const startWithinMs = 120_000;
const stopWithinMs = 60_000;

/** The part of `local.json` that is used here. */
interface LocalRun {
  readonly gateway: string;
  readonly paymentSandbox: { readonly url: string };
  readonly adminCredentialsFile: string;
}

/** The whole shop, started before the tests of a file as `npm start` does it, on free ports, and stopped after them. */
export function runningShop(): RunningShop {
  const shop = new RunningShop();
  beforeAll(() => shop.start(), startWithinMs);
  afterAll(() => shop.stop(), stopWithinMs);
  return shop;
}

export class RunningShop {
  readonly spans = new SpanReceiver();
  /** Everybody who registered. */
  readonly customers: Customer[] = [];
  #state!: string;
  #process!: ChildProcess;
  #run!: LocalRun;
  #output = '';
  provider!: Provider;
  admin!: Customer;

  get gateway(): string {
    return this.#run.gateway;
  }

  async start(): Promise<void> {
    this.#state = await mkdtemp(join(tmpdir(), 'towpath-e2e-'));
    // PostgreSQL runs as another user, who has to pass through.
    await chmod(this.#state, 0o711);
    await this.spans.start();
    this.#process = this.#spawn();
    this.#run = await this.#ready();
    const providerKey = await readFile(join(this.#state, 'secrets/payment-provider-key'), 'utf8');
    this.provider = new Provider(this.#run.paymentSandbox.url, providerKey.trim());
    this.admin = await Customer.logIn(this.gateway, await readJson<Credentials>(this.#run.adminCredentialsFile));
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.kill('SIGTERM')) await once(this.#process, 'exit');
    this.spans.stop();
    await rm(this.#state, { recursive: true, force: true });
  }

  async newCustomer(): Promise<Customer> {
    const customer = await Customer.register(this.gateway);
    this.customers.push(customer);
    return customer;
  }

  /** A product that can be ordered: its price has reached those who take orders. */
  async newProduct(stock: number): Promise<ProductResponse> {
    const product = await this.admin.addProduct(stock);
    await eventually(() => this.admin.cannotOrder(product.id)).toBe(false);
    return product;
  }

  #spawn(): ChildProcess {
    const start = ['tools/local/src/start.ts', '--no-order', '--port-base', '0', '--state', this.#state];
    // `env` adds to the environment that we were given, whatever that is.
    const child = spawn('env', [`OTEL_EXPORTER_OTLP_ENDPOINT=${this.spans.url}`, process.execPath, ...start], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (this.#output += String(text)));
    return child;
  }

  /** @throws Error with all it said if it ends instead */
  async #ready(): Promise<LocalRun> {
    const ended = new AbortController();
    this.#process.once('exit', () => ended.abort());
    try {
      for await (const { filename } of watch(this.#state, { signal: ended.signal })) {
        if (filename === 'local.json') break;
      }
    } catch {
      throw new Error(`The shop did not start:\n${this.#output}`);
    }
    return readJson<LocalRun>(join(this.#state, 'local.json'));
  }
}

async function readJson<T>(path: string): Promise<T> {
  return JSON.parse(await readFile(path, 'utf8')) as T;
}
