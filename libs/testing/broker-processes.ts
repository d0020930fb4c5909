import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

import { temporaryFolder } from './temporary-folder.ts';

/** `npm run kafka`, without npm. */
export const kafkaCommand = [
  process.execPath,
  '--disable-warning=ExperimentalWarning',
  resolve(__dirname, '../../tools/local/src/kafka.ts'),
];

export interface KafkaTestOptions {
  /** One unless said. Three keep three copies, and go on with two of them. */
  readonly brokers?: 1 | 3;
  /** Clients have to say who they are. */
  readonly sasl?: 'scram-sha-256' | 'scram-sha-512';
  /** Clients have to come by TLS, and may have to show a certificate (`mutual`). */
  readonly tls?: 'server' | 'mutual';
}

/** What it says about itself once its brokers are ready. */
export interface BrokerFacts {
  readonly brokers: string;
  readonly clusterId: string;
  readonly pids: Readonly<Record<string, number>>;
  readonly backDoor: string;
  readonly sasl?: { readonly mechanism: string; readonly username: string; readonly passwordFile: string };
  readonly tls?: { readonly caFile: string; readonly certFile: string; readonly keyFile: string };
}

/** Later, of one broker: it is up as this process, or down (0). */
interface BrokerChange {
  readonly broker: string;
  readonly pid: number;
}

/** The brokers' processes, by their number. They are gone when this process is, however it ends. */
export class BrokerProcesses {
  readonly count: number;
  readonly #flags: string[];
  readonly #pids = new Map<string, number>();
  #nextChange = Promise.withResolvers<void>();
  #program?: ChildProcessByStdio<Writable, Readable, Readable>;
  #facts?: BrokerFacts;
  #errors = '';

  constructor({ brokers = 1, sasl, tls }: KafkaTestOptions) {
    this.count = brokers;
    const security = [...(sasl ? ['--sasl', sasl] : []), ...(tls ? ['--tls', tls] : [])];
    this.#flags = ['--control', '--port-base', '0', '--brokers', String(brokers), ...security];
  }

  get facts(): BrokerFacts {
    if (!this.#facts) throw new Error('The brokers do not run yet: use them in tests and hooks only');
    return this.#facts;
  }

  /** @throws Error with what was said instead of being ready */
  async start(): Promise<void> {
    const [program = '', ...args] = [...kafkaCommand, ...this.#flags, '--state', temporaryFolder()];
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#program = child;
    child.stdin.on('error', () => undefined);
    child.stderr.on('data', (text) => (this.#errors += String(text)));
    createInterface({ input: child.stdout }).on('line', (line) => this.#hear(JSON.parse(line)));
    child.once('exit', () => this.#changed());
    await this.until(() => this.#facts !== undefined);
  }

  async stop(): Promise<void> {
    const program = this.#program;
    if (!program || program.exitCode !== null) return;
    for (const pid of this.#pids.values()) if (pid > 0) process.kill(pid, 'SIGKILL');
    const ended = once(program, 'exit');
    program.stdin.end();
    await ended;
  }

  /** 0 while it is down. */
  pid(broker: number): number {
    return this.#pids.get(nameOf(broker)) ?? 0;
  }

  signal(broker: number, signal: NodeJS.Signals): void {
    const pid = this.pid(broker);
    if (pid > 0) process.kill(pid, signal);
  }

  async down(broker: number): Promise<void> {
    this.#say(`down ${nameOf(broker)}`);
    await this.until(() => this.pid(broker) === 0);
  }

  async up(broker: number): Promise<void> {
    if (this.pid(broker) > 0) return;
    this.#say(`up ${nameOf(broker)}`);
    await this.until(() => this.pid(broker) > 0);
  }

  /** Looks again whenever something changes. @throws Error when nothing can change any more */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (!this.#program || this.#program.exitCode !== null)
        throw new Error(`The brokers have ended.\n${this.#errors}`);
      await this.#nextChange.promise;
    }
  }

  #say(line: string): void {
    this.#program?.stdin.write(`${line}\n`);
  }

  #hear(fact: BrokerFacts | BrokerChange): void {
    if ('broker' in fact) this.#pids.set(fact.broker, fact.pid);
    else {
      this.#facts = fact;
      for (const [name, pid] of Object.entries(fact.pids)) this.#pids.set(name, pid);
    }
    this.#changed();
  }

  #changed(): void {
    this.#nextChange.resolve();
    this.#nextChange = Promise.withResolvers();
  }
}

function nameOf(broker: number): string {
  return `kafka-${broker}`;
}
