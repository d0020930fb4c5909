import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm, watch } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';

import type { ApiSchema } from '@towpath/client';
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
  readonly processes: readonly { readonly service: string; readonly management: string; readonly pid: number }[];
  readonly adminCredentialsFile: string;
}

type Settings = Readonly<Record<string, string>>;

/** The whole shop, with these settings of its services beside the local ones, started before the tests of a file as `npm start` does it, on free ports, and stopped after them. */
export function runningShop(settings: Settings = {}): RunningShop {
  const shop = new RunningShop(settings);
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

  constructor(private readonly settings: Settings) {}

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
    this.provider = new Provider(this.#run.paymentSandbox.url, await this.secret('payment-provider-key'));
    this.admin = await Customer.logIn(this.gateway, await readJson<Credentials>(this.#run.adminCredentialsFile));
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.kill('SIGTERM')) await once(this.#process, 'exit');
    this.spans.stop();
    await rm(this.#state, { recursive: true, force: true });
  }

  /** A file of the run's secrets. */
  async secret(name: string): Promise<string> {
    return (await readFile(join(this.#state, 'secrets', name), 'utf8')).trim();
  }

  /** All that the processes have logged. */
  async logs(): Promise<string> {
    const folder = join(this.#state, 'logs');
    const files = await readdir(folder);
    return (await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))).join('\n');
  }

  /** The metrics of all services, as text. */
  async metrics(): Promise<string> {
    const asked = this.#run.processes.map(({ management }) => fetch(`${management}/metrics`));
    return (await Promise.all(asked.map(async (answer) => (await answer).text()))).join('\n');
  }

  /** Runs a command of a service, such as `reconcile`, on this shop. */
  async command(...words: readonly string[]): Promise<{ readonly code: number; readonly said: string }> {
    const args = [`TOWPATH_STATE=${this.#state}`, process.execPath, 'tools/local/src/command.ts', ...words];
    const child = spawn('env', args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    const [out, problems, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
    return { code: code as number, said: out + problems };
  }

  /** The process of a service; the supervisor starts another one when it has died. */
  async pidOf(service: string): Promise<number> {
    const { processes } = await readJson<LocalRun>(join(this.#state, 'local.json'));
    return processes.find((each) => each.service === service)!.pid;
  }

  /** Resolves once another process than this one answers for the service. */
  async untilRestarted(service: string, pid: number): Promise<void> {
    const changes = watch(this.#state)[Symbol.asyncIterator]();
    while ((await this.pidOf(service)) === pid) await changes.next();
    await changes.return?.();
  }

  async newCustomer(): Promise<Customer> {
    const customer = await Customer.register(this.gateway);
    this.customers.push(customer);
    return customer;
  }

  /** A product that can be ordered: its price has reached those who take orders. */
  async newProduct(stock: number): Promise<ApiSchema<'Product'>> {
    const product = await this.admin.addProduct(stock);
    // By somebody new each time: there is a limit to what one may try.
    const isRefused = async () => (await Customer.register(this.gateway)).cannotOrder(product.id);
    await eventually(isRefused).toBe(false);
    return product;
  }

  #spawn(): ChildProcess {
    const start = ['tools/local/src/start.ts', '--no-order', '--port-base', '0', '--state', this.#state];
    // `env` adds to the environment that we were given, whatever that is.
    const settings = { OTEL_EXPORTER_OTLP_ENDPOINT: this.spans.url, ...this.settings };
    const given = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
    const child = spawn('env', [...given, process.execPath, ...start], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (said) => (this.#output += String(said)));
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
