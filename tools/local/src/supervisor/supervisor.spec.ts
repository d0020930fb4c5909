import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { freePort } from '../free-port.ts';
import type { ProcessSpec } from './managed-process.ts';
import { isAlive } from './process-table.ts';
import { Supervisor } from './supervisor.ts';

// Real processes: on a busy machine they take their time.
jest.setTimeout(60_000);

const node = (name: string, script: string, more: Partial<ProcessSpec> = {}): ProcessSpec => ({
  name,
  command: process.execPath,
  args: ['-e', script],
  ready: { line: 'up' },
  ...more,
});

const running = 'console.log("up"); setInterval(() => {}, 1000);';
const quick = { firstMs: 1, mostMs: 50, trustedAfterMs: 10_000 };

describe('supervisor', () => {
  let supervisor: Supervisor;

  beforeEach(() => {
    supervisor = new Supervisor(quick);
  });

  afterEach(() => supervisor.kill());

  it('When a process answers its ready URL, then it counts as started', async () => {
    const port = await freePort();
    const script = `setTimeout(() => require('http').createServer((q, s) => s.end()).listen(${port}, '127.0.0.1'), 100)`;

    await supervisor.start(node('web', script, { ready: { url: `http://127.0.0.1:${port}/ready` } }));

    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
  });

  it('When a process ends instead of becoming ready, then the failure names it with its last lines', async () => {
    const start = supervisor.start(node('broken', 'console.error("PORT is not a number"); process.exit(78)'));

    await expect(start).rejects.toThrow('broken stopped with exit code 78. Its last lines:\n  │ PORT is not a number');
  });

  it('When a process never becomes ready, then it is ended and named', async () => {
    const silent = node('silent', 'setInterval(() => {}, 1000)', { readyWithinMs: 200 });

    await expect(supervisor.start(silent)).rejects.toThrow('silent was not ready within 0.2 s. It wrote nothing.');
    expect(supervisor.pid('silent')).toBe(0);
  });

  it('When a program does not exist, then the failure names the process', async () => {
    const missing: ProcessSpec = { name: 'missing', command: '/no/such/program', args: [], ready: { line: 'up' } };

    await expect(supervisor.start(missing)).rejects.toThrow(
      'missing could not be started: spawn /no/such/program ENOENT.',
    );
  });

  it('When a process is killed, then its crash is told with its last lines and it runs again', async () => {
    await supervisor.start(node('worker', running));
    const before = supervisor.pid('worker');
    const crash = once(supervisor, 'crash');
    const ready = once(supervisor, 'ready');

    supervisor.signal('worker', 'SIGKILL');

    const [ended] = await crash;
    expect(ended.message).toBe('worker was killed by SIGKILL. Its last lines:\n  │ up');
    expect(await ready).toEqual(['worker', expect.any(Number)]);
    expect(isAlive(before)).toBe(false);
    expect(isAlive(supervisor.pid('worker'))).toBe(true);
  });

  it('When a process keeps ending, then it is started again and again', async () => {
    await supervisor.start(node('flapping', 'console.log("up"); setTimeout(() => process.exit(1), 20)'));

    for (let crashes = 0; crashes < 3; crashes++) await once(supervisor, 'crash');

    expect(await once(supervisor, 'ready')).toEqual(['flapping', expect.any(Number)]);
  });

  it('When it stops, then the last group goes first and nothing is left or restarted', async () => {
    const ends: string[] = [];
    const polite = `process.on('SIGTERM', () => { console.log('bye'); process.exit(0); }); ${running}`;
    supervisor.on('line', (name, line) => line === 'bye' && ends.push(name));
    await supervisor.start(node('database', polite));
    await supervisor.start(node('service', polite));
    await supervisor.start(node('gateway', polite));
    const pids = ['database', 'service', 'gateway'].map((name) => supervisor.pid(name));

    await supervisor.stop();

    expect(ends).toEqual(['gateway', 'service', 'database']);
    expect(pids.map(isAlive)).toEqual([false, false, false]);
  });

  it('When a process ignores the request to stop, then it is killed after its time', async () => {
    await supervisor.start(node('deaf', `process.on('SIGTERM', () => {}); ${running}`, { stopWithinMs: 100 }));
    const pid = supervisor.pid('deaf');

    await supervisor.stop();

    expect(isAlive(pid)).toBe(false);
  });

  it('When it stops while a process is being restarted, then that does not come back', async () => {
    await supervisor.start(node('worker', running));
    const crash = once(supervisor, 'crash');
    supervisor.signal('worker', 'SIGKILL');
    await crash;

    await supervisor.stop();

    expect(supervisor.pid('worker')).toBe(0);
  });

  it('When the supervisor itself is killed, then its processes go with it', async () => {
    const script = `
      import { Supervisor } from ${JSON.stringify(join(__dirname, 'supervisor.ts'))};
      const supervisor = new Supervisor();
      const spec = { command: process.execPath, args: ['-e', ${JSON.stringify(running)}], ready: { line: 'up' } };
      await supervisor.start({ name: 'one', ...spec }, { name: 'two', ...spec });
      console.log(supervisor.pid('one') + ' ' + supervisor.pid('two'));
    `;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [pids] = await once(createInterface({ input: parent.stdout }), 'line');

    parent.kill('SIGKILL');

    await gone(pids.split(' ').map(Number));
  });
});

async function gone(pids: number[]): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (pids.some(isAlive)) {
    if (performance.now() > deadline) throw new Error(`Still alive: ${pids.filter(isAlive).join(', ')}`);
    await new Promise(setImmediate);
  }
}
