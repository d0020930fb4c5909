import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { type Bench, countFinding } from './bench.ts';
import { environment } from './environment.ts';
import { Product } from './product.ts';
import { UsageError } from './terminal.ts';

const limit = 300;

/** The gateway before one service that answers everything at once. */
const program = `
import { createServer } from 'node:http';
import { GatewayModule } from './apps/gateway/src/gateway.module.ts';
import { Environment } from './libs/config/index.ts';
import { createService } from './libs/service-defaults/index.ts';

const service = createServer(({ url }, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(url === '/internal/revoked-sessions' ? '{"sessions":[]}' : '{"items":[],"nextCursor":null}');
});
service.keepAliveTimeout = 65_000;
service.listen(0, '127.0.0.1', async () => {
  const url = 'http://127.0.0.1:' + service.address().port;
  const gateway = await createService(GatewayModule, {
    environment: new Environment({
      NODE_ENV: 'production', HOST: '127.0.0.1', PORT: '0', MANAGEMENT_PORT: '0', LOG_LEVEL: 'fatal',
      USER_URL: url, CATALOG_URL: url, ORDER_PROCESSOR_URL: url, PAYMENT_URL: url,
      REDIS_URL: process.argv[2], TRUSTED_PROXY_HOPS: '1', MAX_EVENT_LOOP_DELAY_MS: '5000', MAX_IN_FLIGHT: '100000', IP_REQUESTS_PER_MINUTE: '${limit}',
    }),
  });
  process.send(gateway.url);
});
`;

const everyMs = 10;
const roundMs = 1_600;
const rounds = 4;

interface Answer {
  readonly status: number;
  readonly ms: number;
  /** What was wrong, in its own words. */
  readonly problem?: string;
}

/** What becomes of a Redis within one round. */
const mishaps: Readonly<Record<string, (redis: RedisServer) => Promise<unknown>>> = {
  well: async () => undefined,
  stopped: (redis) => redis.stop(),
  frozen: async (redis) => redis.signal('SIGSTOP'),
  flushed: (redis) => redis.flush(),
};

/** Limits do not depend on Redis, and nobody waits for it. */
export const illRedis: Bench = {
  measures: 'what clients notice of a Redis that is stopped, frozen and flushed while the gateway counts with it',
  async run(say) {
    const redis = await RedisServer.start();
    const product = await Product.build(program);
    const gateway = fork(product.file, [redis.url]);
    try {
      const ended = new AbortController();
      gateway.once('exit', () => ended.abort(new Error('The gateway ended.')));
      const [url] = (await once(gateway, 'message', { signal: ended.signal })) as [string];
      return await measure(url, redis, say);
    } finally {
      gateway.kill('SIGKILL');
      product.remove();
      await redis.remove();
    }
  },
};

async function measure(url: string, redis: RedisServer, say: (sentence: string) => void) {
  const abuser = new Asking(url, () => '192.0.2.1');
  const slowest: Record<string, number[]> = {};
  const customers: Answer[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, happens] of Object.entries(mishaps)) {
      const asking = new Asking(url, (count) => `198.51.${100 + round}.${count % 250}`);
      await sleep(roundMs / 4);
      await happens(redis);
      await sleep((3 * roundMs) / 4);
      const answers = await asking.stop();
      customers.push(...answers);
      (slowest[name] ??= []).push(Math.max(...answers.map(({ ms }) => ms)));
      await redis.heal();
      await sleep(roundMs / 2);
    }
    say(`Round ${round + 1} of ${rounds}.`);
  }
  return findings(slowest, customers, await abuser.stop());
}

function findings(slowest: Record<string, number[]>, customers: readonly Answer[], abused: readonly Answer[]) {
  // Of the round in which the machine itself disturbed least: it only ever adds.
  const least = (name: string) => Math.min(...(slowest[name] ?? []));
  const wrong = [
    ...customers.filter(({ status }) => status !== 200),
    ...abused.filter(({ status }) => status !== 200 && status !== 429),
  ];
  const granted = abused.filter(({ status }) => status === 200).length;
  const added = (name: string) =>
    countFinding(
      `Redis ${name}: added to the slowest answer, ms`,
      least(name) - least('well'),
      { atMost: 100 },
      slowest,
    );
  return [
    countFinding(`wrong answers of ${customers.length + abused.length}`, wrong.length, { atMost: 0 }, wrong),
    ...['stopped', 'frozen', 'flushed'].map(added),
    countFinding(`granted to an abuser in one window of ${limit}`, granted, { atMost: limit }),
  ];
}

/** A request every few milliseconds, whether or not the last ones are answered. */
class Asking {
  private readonly answers: Promise<Answer>[] = [];
  private readonly timer: NodeJS.Timeout;

  constructor(url: string, address: (count: number) => string) {
    this.timer = setInterval(() => this.answers.push(ask(url, address(this.answers.length))), everyMs);
  }

  stop(): Promise<Answer[]> {
    clearInterval(this.timer);
    return Promise.all(this.answers);
  }
}

async function ask(url: string, address: string): Promise<Answer> {
  const begun = performance.now();
  const response = await fetch(`${url}/v1/products`, { headers: { 'x-forwarded-for': address } });
  const body = await response.text();
  const ms = performance.now() - begun;
  return { status: response.status, ms, ...(response.status >= 500 && { problem: body }) };
}

/** A redis-server of our own, always on the same port. */
class RedisServer {
  private readonly folder = mkdtempSync(join(tmpdir(), 'towpath-bench-redis-'));
  private server?: ChildProcess;
  private readonly port: number;

  private constructor(port: number) {
    this.port = port;
  }

  static async start(): Promise<RedisServer> {
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const { port } = free.address() as { port: number };
    free.close();
    const redis = new RedisServer(port);
    await redis.heal();
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  signal(signal: NodeJS.Signals): void {
    this.server?.kill(signal);
  }

  /** Runs, and answers. */
  async heal(): Promise<void> {
    if (this.server) return this.signal('SIGCONT');
    const program = environment['TOWPATH_REDIS_SERVER'] || 'redis-server';
    const options = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--dir', this.folder];
    const server = spawn(program, options, { stdio: ['ignore', 'pipe', 'ignore'] });
    this.server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', () =>
        reject(new UsageError(`There is no ${program}: install Redis, or set TOWPATH_REDIS_SERVER.`)),
      );
      server.stdout.on('data', (text: Buffer) => text.includes('Ready to accept') && resolve());
    });
  }

  async flush(): Promise<void> {
    const socket = connect(this.port, '127.0.0.1').end('FLUSHALL\r\n');
    await once(socket.resume(), 'close');
  }

  async stop(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (!server || server.exitCode !== null) return;
    server.kill('SIGKILL');
    await once(server, 'exit');
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
