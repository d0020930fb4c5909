import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { startSandbox } from './sandbox.ts';
import { type Client, clientOf } from './sandbox-client.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));

describe('the log', () => {
  let folder: string;
  let log: string;
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
    log = join(folder, 'provider.jsonl');
  });
  afterEach(async () => {
    children.splice(0).forEach((child) => child.kill('SIGKILL'));
    await rm(folder, { recursive: true });
  });

  const spawned = async () => {
    const child = spawn(process.execPath, [main, '--port', '0', '--folder', folder], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    const { url, keyFile } = JSON.parse(line) as { url: string; keyFile: string };
    return { child, stripe: clientOf(url, (await readFile(keyFile, 'utf8')).trim()) };
  };
  const during = async (use: (stripe: Client) => Promise<unknown>) => {
    const sandbox = await startSandbox({ port: 0, folder, secretKey: 'sk' });
    await use(clientOf(sandbox.url, 'sk')).finally(() => sandbox.close());
  };

  it('When it is killed amid charges, then every answered one is there after a restart, and no answer changes', async () => {
    const { child, stripe } = await spawned();
    const answered = new Map<string, unknown>();
    await stripe.fault({ operation: 'create', kind: 'delay', ms: 60_000, orderId: 'order-0' });
    const charging = Array.from({ length: 200 }, async (_, n) => {
      const { body } = await stripe.charge(`order-${n}`, {}, `key-${n}`);
      answered.set(`order-${n}`, body);
      if (answered.size === 50) {
        child.kill('SIGKILL');
      }
    });
    await Promise.allSettled(charging);
    const restarted = await spawned();

    const again = await Promise.all(
      Array.from({ length: 200 }, async (_, n) => {
        return [`order-${n}`, (await restarted.stripe.charge(`order-${n}`, {}, `key-${n}`)).body] as const;
      }),
    );

    expect(answered.size).toBeGreaterThanOrEqual(50);
    expect(answered.has('order-0')).toBe(false);
    expect(Object.fromEntries(again)).toMatchObject(Object.fromEntries(answered));
    expect(new Set(again.map(([, { id }]) => id)).size).toBe(200);
  });

  it('When it is asked to stop, then it finishes what it is at and exits 0', async () => {
    const { child, stripe } = await spawned();
    const last = stripe.charge('order');
    child.kill('SIGTERM');
    await last.catch(() => undefined);

    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('When the last line was cut short by a crash, then it is dropped and the log goes on', async () => {
    await during((stripe) => stripe.charge('order-1'));
    await appendFile(log, '{"n":2,"at":"20');

    await during(async (stripe) => {
      expect((await stripe.get('/v1/payment_intents')).body.data).toHaveLength(1);
      await stripe.charge('order-2');
    });

    const lines = (await readFile(log, 'utf8')).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { n: 1, act: 'authorized', object: { metadata: { order_id: 'order-1' } } },
      { n: 2, act: 'authorized', object: { metadata: { order_id: 'order-2' } } },
    ]);
  });

  it.each([
    ['cannot be read', (lines: string[]) => [lines[0], '{"n":2', lines[2]]],
    ['is missing', (lines: string[]) => [lines[0], lines[2]]],
  ])('When a line in the middle %s, then it refuses to start and names the line', async (_, damage) => {
    await during(async (stripe) => {
      for (const order of ['order-1', 'order-2', 'order-3']) {
        await stripe.charge(order);
      }
    });
    const lines = (await readFile(log, 'utf8')).trim().split('\n');
    await writeFile(log, `${damage(lines).join('\n')}\n`);

    await expect(startSandbox({ port: 0, folder, secretKey: 'sk' })).rejects.toThrow(
      `${log} is damaged at line 2. It is the provider's only record of what was charged`,
    );
  });

  it('When it is started wrongly, then it says how and exits 1', async () => {
    const child = spawn(process.execPath, [main, '--port', 'x'], { stdio: ['ignore', 'pipe', 'pipe'] });
    const [said] = (await once(child.stderr, 'data')) as [Buffer];

    expect(said.toString()).toContain('payment-sandbox --folder');
    expect(await once(child, 'exit')).toEqual([1, null]);
  });
});
