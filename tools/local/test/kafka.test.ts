import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';

import { whyNoKafka } from '../src/kafka/installation.ts';
import { Brokers } from './given-brokers.ts';
import { gone, newState, removeState } from './given-run.ts';

// Real brokers: on a busy machine they take their time.
jest.setTimeout(240_000);

const why = whyNoKafka();

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
