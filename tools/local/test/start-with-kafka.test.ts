import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { environment } from '../src/environment.ts';
import { freePort } from '../src/free-port.ts';
import { whyNoKafka } from '../src/kafka/installation.ts';
import { isAlive } from '../src/supervisor/process-table.ts';
import { Brokers } from './given-brokers.ts';
import { gone, newState, removeState, Run } from './given-run.ts';

// Real processes: on a busy machine they take their time.
jest.setTimeout(240_000);

const why = whyNoKafka();

(why === undefined ? describe : describe.skip)(`npm start -- --kafka${why === undefined ? '' : `: ${why}`}`, () => {
  let state: string;

  beforeEach(() => (state = newState()));
  afterEach(() => removeState(state));

  it('When it is told to stop after the first order, then that has completed, and nothing is left', async () => {
    const run = new Run(state, ['--kafka', '--once', '--postgres', 'per-service'], withoutDocker(state));

    const code = await run.exitCode();

    expect(run.output).toMatch(/Starting Kafka by Java, since the daemon of Docker does not answer\./);
    expect(run.output).toMatch(/Making the topics at 127\.0\.0\.1:\d+\./);
    expect(run.output).toMatch(/Order [0-9a-f-]{36} is COMPLETED\./);
    expect(code).toBe(0);
  });

  it('When it stays, then scripts find the broker; killed, it is back; stopped, it is gone', async () => {
    const run = new Run(state, ['--kafka', '--fresh'], withoutDocker(state));
    await run.says('Running. Ctrl-C stops everything.');
    const broker = () => run.local.kafka?.pids['kafka-1'] ?? 0;
    const before = broker();
    expect(run.local.kafka).toEqual({
      brokers: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      pids: { 'kafka-1': expect.any(Number) },
    });

    process.kill(before, 'SIGKILL');

    await run.until(() => broker() !== before, 'the broker is back');
    expect(run.output).toMatch(/kafka-1 was killed by SIGKILL\./);
    const pids = [...run.pids, broker()];
    await run.stop();
    await gone(pids);
  });

  it('When brokers are given, then those are used, and run on when everything else has stopped', async () => {
    const brokers = new Brokers(join(state, 'brokers'));
    await brokers.told({ ready: true });
    const env = { KAFKA_BROKERS: brokers.facts[0].brokers, KAFKA_REPLICATION: '1', KAFKA_MIN_IN_SYNC: '1' };

    const run = new Run(state, ['--kafka', '--once'], env);

    expect(await run.exitCode()).toBe(0);
    expect(run.output).toMatch(/Order [0-9a-f-]{36} is COMPLETED\./);
    expect(run.output).not.toMatch(/Starting Kafka/);
    expect(brokers.pids.map(isAlive)).toEqual([true]);
    await brokers.end('SIGKILL');
  });
});

describe('npm start -- --kafka, without a broker', () => {
  let state: string;

  beforeEach(() => (state = newState()));
  afterEach(() => removeState(state));

  it('When nobody answers at the brokers that are given, then they are named, with what to do', async () => {
    const brokers = `127.0.0.1:${await freePort()}`;

    const run = new Run(state, ['--kafka', '--once'], { KAFKA_BROKERS: brokers });

    expect(await run.exitCode()).toBe(1);
    expect(run.output).toContain(`Nobody answers at KAFKA_BROKERS=${brokers}: start those brokers, or leave`);
  });

  it('When there is neither Docker nor Java, then one sentence names the three ways', async () => {
    const run = new Run(state, ['--kafka', '--once'], { ...withoutDocker(state), JAVA_HOME: '/no/such/java' });

    expect(await run.exitCode()).toBe(1);
    expect(run.output).toContain(
      'There is no Kafka to be had: set KAFKA_BROKERS, or start Docker with docker compose (the daemon of Docker does not answer), or install Java 17 or newer and Maven (there is no Java).',
    );
  });

  it('When Docker cannot fetch the image, then its own words are told, and everything stops', async () => {
    const env = withDocker(state, `case "$*" in *pull*) echo 'no route to the registry'; exit 18;; esac`);

    const run = new Run(state, ['--kafka', '--once'], env);

    expect(await run.exitCode()).toBe(1);
    expect(run.output).toMatch(
      /kafka \(pull\) stopped with exit code 18\. Its last lines:\n +│ no route to the registry/,
    );
    expect(run.output).toContain('Everything has stopped.');
  });
});

/** A Docker whose daemon is dead, whatever this machine has. */
function withoutDocker(state: string): NodeJS.ProcessEnv {
  return withDocker(state, 'exit 1');
}

function withDocker(state: string, script: string): NodeJS.ProcessEnv {
  writeFileSync(join(state, 'docker'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(state, 'docker'), 0o755);
  return { PATH: `${state}:${environment['PATH']}`, KAFKA_BROKERS: '' };
}
