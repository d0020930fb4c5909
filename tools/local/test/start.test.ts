import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';

import { gone, newState, removeState, Run, shell } from './given-run.ts';

// Real processes: on a busy machine they take their time.
jest.setTimeout(120_000);

describe('npm start', () => {
  const state = newState();
  let run: Run;

  beforeAll(async () => {
    run = new Run(state);
    await run.says('Running. Ctrl-C stops everything.');
  });

  afterAll(async () => {
    await run.stop();
    removeState(state);
  });

  it('When it is up, then the first order is told with every step, its times and its trace', () => {
    expect(run.output).toMatch(/The first order is accepted/);
    expect(run.output).toMatch(/Order [0-9a-f-]{36} is COMPLETED\./);
    for (const status of ['PLACED', 'RESERVING', 'AUTHORIZING', 'CONFIRMED', 'COMPLETED']) {
      expect(run.output).toMatch(new RegExp(`\\d\\d:\\d\\d:\\d\\d\\.\\d{3} +\\+\\d+ ms +${status} `));
    }
    expect(run.output).toMatch(/Trace [0-9a-f]{32}/);
  });

  it('When it is up, then scripts find everything in local.json, and nobody else may read it', () => {
    const url = expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/);
    const pid = expect.any(Number);
    const service = (name: string) => ({ service: name, role: 'all', url, management: url, pid });

    expect(run.local).toEqual({
      gateway: url,
      processes: [
        service('catalog'),
        service('gateway'),
        service('order-processor'),
        service('payment'),
        service('user'),
      ],
      paymentSandbox: { url, pid },
      postgres: {
        pid,
        urls: {
          catalog: expect.stringMatching(/^postgres:\/\/catalog:\S+\/catalog_db$/),
          'order-processor': expect.stringMatching(/^postgres:\/\/order_processor:\S+\/order_db$/),
          payment: expect.stringMatching(/^postgres:\/\/payment:\S+\/payment_db$/),
          user: expect.stringMatching(/^postgres:\/\/user:\S+\/user_db$/),
        },
      },
      kafka: null,
      adminCredentialsFile: join(state, 'secrets/first-admin.json'),
      startedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
    expect(statSync(join(state, 'local.json')).mode & 0o777).toBe(0o600);
  });

  it('When what it suggests is pasted, then it works', () => {
    const commands = run.output.split('\n').filter((line) => /^ {2}(curl|TOKEN=)/.test(line));

    const answers = shell([...commands, commands.at(-1)].join('\n'));

    expect(commands).toHaveLength(4);
    expect(answers).toContain('"sku":"LANTERN-01"');
    expect(answers.match(/HTTP\/1\.1 201/g)).toHaveLength(2);
    expect(answers.match(/idempotency-replayed: true/gi)).toHaveLength(1);
  });

  it('When it is started a second time, then that one names the first and ends', async () => {
    const second = new Run(state, ['--once']);

    expect(await second.exitCode()).toBe(1);
    expect(second.output).toMatch(/Towpath is already running as process \d+, with its state in \S+\. Stop that one/);
    expect(run.isAnnounced).toBe(true);
  });

  it('When a service is killed, then that is told, it comes back, and scripts find its new process', async () => {
    const catalog = () => run.local.processes.find(({ service }) => service === 'catalog')?.pid ?? 0;
    const before = catalog();

    process.kill(before, 'SIGKILL');

    await run.until(() => catalog() !== before, 'catalog is back');
    expect(run.output).toMatch(/catalog was killed by SIGKILL\. Its last lines:\n +│ /);
    expect(shell(`curl -s ${run.local.gateway}/v1/products?limit=1`)).toContain('"items":[{');
  });

  it('When several are killed at once, then scripts never find a process id that is none', async () => {
    const all = () => run.local.processes.map(({ pid }) => pid);
    const before = all();
    const seen = new Set<number>();

    for (const pid of before.slice(0, 4)) process.kill(pid, 'SIGKILL');

    await run.until(() => {
      for (const pid of all()) seen.add(pid);
      return all().every((pid, index) => index === 4 || pid !== before[index]);
    }, 'all are back');
    expect(Math.min(...seen)).toBeGreaterThan(1);
  });

  it('When it is asked to stop, then it drains and leaves no process', async () => {
    const pids = run.pids;

    await run.stop();

    expect(run.output).toContain('Everything has stopped.');
    expect(run.isAnnounced).toBe(false);
    await gone(pids);
  });
});

describe('npm start, otherwise', () => {
  const state = newState();

  afterAll(() => removeState(state));

  it('When a port is taken, then one sentence names it, who wanted it, who has it and the way out', async () => {
    const holder = createServer().listen(0, '127.0.0.1').unref();
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;

    const run = new Run(state, ['--once'], { GATEWAY_PORT: String(port) });

    expect(await run.exitCode()).toBe(1);
    expect(run.output).toContain(
      `Port ${port} (gateway) is taken by process ${process.pid} (node). Stop it, or set GATEWAY_PORT.`,
    );
  });

  it('When a service refuses a setting, then it is named with what it said, and everything stops', async () => {
    const run = new Run(state, ['--once'], { ORDER_DEADLINE_MS: 'soon' });

    expect(await run.exitCode()).toBe(1);
    expect(run.output).toMatch(/order-processor stopped with exit code 78\. Its last lines:\n +│ .*ORDER_DEADLINE_MS/);
    expect(run.output).toContain('Everything has stopped.');
    expect(existsSync(join(state, 'run.pid'))).toBe(false);
  });

  it('When every service has a PostgreSQL of its own, then an order completes all the same', async () => {
    const run = new Run(state, ['--once', '--fresh', '--postgres', 'per-service']);

    expect(await run.exitCode()).toBe(0);
    expect(run.output).toMatch(/postgres-payment is ready/);
    expect(run.output).toMatch(/Order [0-9a-f-]{36} is COMPLETED\./);
  });
});
