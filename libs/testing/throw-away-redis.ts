import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

import { Environment } from '@towpath/config';
import { Redis as Client } from 'ioredis';

import { freePort } from './free-port.ts';
import { temporaryFolder } from './temporary-folder.ts';

const program = Environment.fromProcess().values['TOWPATH_REDIS_SERVER'] || 'redis-server';
const isInstalled = spawnSync(program, ['--version']).status === 0;

/**
 * Tests with a Redis of their own, which runs when each of them begins. They are skipped where there is no redis-server;
 * TOWPATH_REDIS_SERVER may say where it is.
 */
export function describeWithRedis(title: string, tests: (redis: ThrowAwayRedis) => void): void {
  if (!isInstalled) {
    describe(title, () => it.skip(`When ${program} is not installed, then these tests cannot run`, () => undefined));
    return;
  }
  describe(title, () => {
    const redis = new ThrowAwayRedis();
    beforeAll(() => redis.start());
    beforeEach(() => redis.heal());
    afterAll(() => redis.stop());
    tests(redis);
  });
}

/** A real redis-server on a port of its own, which remembers nothing, and which a test may make ill. */
export class ThrowAwayRedis {
  readonly #folder = temporaryFolder();
  #port = 0;
  #server?: ChildProcess;

  constructor() {
    process.once('exit', () => this.#server?.kill('SIGKILL'));
  }

  get url(): string {
    return `redis://127.0.0.1:${this.#port}`;
  }

  /** On the same port each time. */
  async start(): Promise<void> {
    this.#port ||= await freePort();
    const quiet = ['--save', '', '--appendonly', 'no', '--bind', '127.0.0.1', '--dir', this.#folder];
    const server = spawn(program, ['--port', String(this.#port), ...quiet], { stdio: ['ignore', 'pipe', 'ignore'] });
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.stdout.on('data', (lines: Buffer) => lines.includes('Ready to accept connections') && resolve());
      server.once('exit', () => reject(new Error(`${program} did not start on port ${this.#port}`)));
    });
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server || server.exitCode !== null) return;
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
  }

  /** It takes connections, as the system does that for it, and never answers. */
  freeze(): void {
    this.#server?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#server?.kill('SIGCONT');
  }

  /** Running, answering, writable and empty. */
  async heal(): Promise<void> {
    if (!this.#server) await this.start();
    this.thaw();
    await this.call('REPLICAOF', 'NO', 'ONE');
    await this.call('FLUSHALL');
  }

  async call(command: string, ...args: string[]): Promise<unknown> {
    const client = new Client(this.url, { retryStrategy: () => null });
    try {
      return await client.call(command, ...args);
    } finally {
      client.disconnect();
    }
  }
}
