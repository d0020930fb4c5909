import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

import { whyNoKafka } from '../src/kafka/installation.ts';
import { gone, newState, removeState, root } from './given-run.ts';

// Real brokers: on a busy machine they take their time.
jest.setTimeout(240_000);

const why = whyNoKafka();

/** `npm run kafka`, without npm. */
class Brokers {
  readonly facts: any[] = [];
  readonly program: ChildProcess;
  errors = '';

  constructor(state: string, ...flags: string[]) {
    const args = ['--disable-warning=ExperimentalWarning', join(root, 'tools/local/src/kafka.ts'), '--state', state];
    this.program = spawn(process.execPath, [...args, '--port-base', '0', ...flags], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    createInterface({ input: this.program.stdout! }).on('line', (line) => this.facts.push(JSON.parse(line)));
    this.program.stderr!.on('data', (text) => (this.errors += String(text)));
  }

  get pids(): number[] {
    return Object.values(this.facts[0].pids);
  }

  told(fact: object): Promise<void> {
    return this.until(() => this.facts.some((each) => this.matches(each, fact)));
  }

  says(sentence: string): Promise<void> {
    return this.until(() => this.errors.includes(sentence));
  }

  private async until(holds: () => boolean): Promise<void> {
    const deadline = performance.now() + 120_000;
    while (!holds()) {
      if (this.program.exitCode !== null || performance.now() > deadline) throw new Error(this.errors);
      await sleep(20);
    }
  }

  async end(signal?: NodeJS.Signals): Promise<number | null> {
    if (signal !== undefined) this.program.kill(signal);
    if (this.program.exitCode === null && this.program.signalCode === null) await once(this.program, 'close');
    return this.program.exitCode;
  }

  private matches(fact: any, wanted: any): boolean {
    return Object.entries(wanted).every(([name, value]) => (value === 'any' ? fact[name] > 0 : fact[name] === value));
  }
}

(why === undefined ? describe : describe.skip)(`npm run kafka${why === undefined ? '' : `: ${why}`}`, () => {
  let state: string;
  let brokers: Brokers;

  beforeEach(() => (state = newState()));
  afterEach(async () => {
    await brokers.end('SIGKILL');
    removeState(state);
  });

  it('When it is ready, then one line tells where, as which processes; when asked to end, then nothing is left', async () => {
    brokers = new Brokers(state);
    await brokers.told({ ready: true });

    expect(brokers.facts).toEqual([
      {
        ready: true,
        brokers: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
        clusterId: expect.stringMatching(/^[\w-]{22}$/),
        pids: { 'kafka-1': expect.any(Number) },
        backDoor: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      },
    ]);
    expect(await brokers.end('SIGTERM')).toBe(0);
    await gone(brokers.pids);
    expect(existsSync(join(state, 'run.pid'))).toBe(false);
  });

  it('When it is asked to end while it starts, then it does, and nothing is left', async () => {
    brokers = new Brokers(state);
    await brokers.says('Starting a Kafka broker.');

    expect(await brokers.end('SIGTERM')).toBe(0);
    expect(brokers.facts).toEqual([]);
    expect(existsSync(join(state, 'run.pid'))).toBe(false);
  });

  it('When it is killed itself, then its brokers go with it, and the next one begins where they were', async () => {
    brokers = new Brokers(state);
    await brokers.told({ ready: true });
    const [{ clusterId }] = brokers.facts;

    await brokers.end('SIGKILL');

    await gone(brokers.pids);
    brokers = new Brokers(state);
    await brokers.told({ ready: true, clusterId });
  });

  it('When one of three is killed, then that one is told, alone, and comes back by itself', async () => {
    brokers = new Brokers(state, '--brokers', '3');
    await brokers.told({ ready: true });
    const [, second] = brokers.pids;

    process.kill(second, 'SIGKILL');

    await brokers.told({ broker: 'kafka-2', pid: 0 });
    await brokers.told({ broker: 'kafka-2', pid: 'any' });
    expect(brokers.facts).toHaveLength(3);
    expect(brokers.facts[0].brokers.split(',')).toHaveLength(3);
  });

  it('When the folder is in use, then the second one names the first, and ends', async () => {
    brokers = new Brokers(state);
    await brokers.told({ ready: true });

    const second = new Brokers(state);

    expect(await second.end()).toBe(1);
    expect(second.errors).toContain(`Towpath is already running as process ${brokers.program.pid}`);
  });

  it('When the folder holds another number of brokers, then it says so', async () => {
    brokers = new Brokers(state);
    await brokers.told({ ready: true });
    await brokers.end('SIGTERM');

    brokers = new Brokers(state, '--brokers', '3');

    expect(await brokers.end()).toBe(1);
    expect(brokers.errors).toContain(
      `${state} holds a Kafka 4.1.1 of one broker, and this would be a Kafka 4.1.1 of 3 brokers: delete it, or use another folder.`,
    );
  });

  it('When a port is taken, then it names the port, who has it and the way out', async () => {
    const holder = createServer().listen(0, '127.0.0.1').unref();
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;

    brokers = new Brokers(state, '--port-base', String(port));

    expect(await brokers.end()).toBe(1);
    expect(brokers.errors).toBe(
      `Port ${port} (kafka-1) is taken by process ${process.pid} (node). Stop it, or give another --port-base.\n`,
    );
  });
});
