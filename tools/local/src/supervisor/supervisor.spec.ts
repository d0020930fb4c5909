import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
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

  it('When a process is held down, then that is no crash, and it is back when it is let', async () => {
    const crashes: unknown[] = [];
    supervisor.on('crash', (ended) => crashes.push(ended));
    await supervisor.start(node('worker', running), node('other', running));
    const before = supervisor.pid('worker');

    await supervisor.down('worker');

    expect(isAlive(before)).toBe(false);
    // Longer than any backoff: another process dies and comes back meanwhile.
    supervisor.signal('other', 'SIGKILL');
    expect(await once(supervisor, 'ready')).toEqual(['other', expect.any(Number)]);
    expect(supervisor.pid('worker')).toBe(0);
    await supervisor.up('worker');
    expect(isAlive(supervisor.pid('worker'))).toBe(true);
    expect(crashes).toHaveLength(1);
  });

  it('When a process is killed for a while, then it is away for that long, and its start is timed from its end', async () => {
    await supervisor.start(node('worker', running));
    const askedAt = performance.now();

    await supervisor.down('worker', { forMs: 300 });

    const tookMs = await supervisor.untilReady('worker');
    const awayMs = performance.now() - askedAt;
    expect(awayMs).toBeGreaterThanOrEqual(300);
    expect(tookMs).toBeLessThanOrEqual(awayMs - 300 + 5);
  });

  it('When a process is to be away while it is only starting, then it is', async () => {
    await supervisor.start(node('slow', `setTimeout(() => console.log('up'), 200); setInterval(() => {}, 1000)`));
    await supervisor.down('slow', { forMs: 0 });

    await supervisor.down('slow');

    expect(supervisor.pid('slow')).toBe(0);
    await supervisor.up('slow');
    expect(isAlive(supervisor.pid('slow'))).toBe(true);
  });

  it('When a process is asked politely and changed, then it ends by itself and comes back as another', async () => {
    const lines: string[] = [];
    supervisor.on('line', (_, line) => lines.push(line));
    const polite = `process.on('SIGTERM', () => { console.log('bye'); process.exit(0); }); console.log('up', process.env.COLOUR); setInterval(() => {}, 1000);`;
    await supervisor.start(node('worker', polite, { env: { COLOUR: 'red' } }));

    supervisor.change('worker', { env: { COLOUR: 'blue' } });
    await supervisor.down('worker', { forMs: 0, politely: true });
    await supervisor.untilReady('worker');

    expect(lines).toEqual(['up red', 'bye', 'up blue']);
  });

  it('When what a process started has left its group, then it is paused and killed with it', async () => {
    const child = `setInterval(() => {}, 1000)`;
    const script = `
      const { spawn } = require('node:child_process');
      const child = spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { detached: true, stdio: 'inherit' });
      console.log('up ' + child.pid);
      setInterval(() => {}, 1000);`;
    const spoken = once(supervisor, 'line');
    await supervisor.start(node('parent', script));
    const [, line] = await spoken;
    const pid = Number(line.split(' ')[1]);

    supervisor.signal('parent', 'SIGSTOP');
    await until(() => stateOf(pid) === 'T');
    supervisor.signal('parent', 'SIGCONT');
    await until(() => stateOf(pid) === 'S');
    await supervisor.down('parent');

    await gone([pid]);
  });

  it('When a paused process is asked to stop, then it hears it', async () => {
    const polite = `process.on('SIGTERM', () => { console.log('bye'); process.exit(0); }); ${running}`;
    const lines: string[] = [];
    supervisor.on('line', (_, line) => lines.push(line));
    await supervisor.start(node('worker', polite));
    supervisor.signal('worker', 'SIGSTOP');

    await supervisor.stop();

    expect(lines).toEqual(['up', 'bye']);
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
  await until(() => !pids.some(isAlive));
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`Waited in vain for ${condition}`);
    await new Promise(setImmediate);
  }
}

/** S sleeps, T is paused. A bare Linux has no ps. */
function stateOf(pid: number): string {
  if (process.platform === 'linux') return /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1] ?? '';
  return execFileSync('ps', ['-o', 'state=', '-p', String(pid)], { encoding: 'utf8' }).trim()[0];
}
