import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { inParallel, quantile } from './figure.ts';
import { memoryOf } from './memory.ts';
import { Provider } from './provider.ts';

// Real processes: on a busy machine they take their time.
jest.setTimeout(60_000);

describe('prove', () => {
  it('When samples are many, then a quantile is the one at that place', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

    expect([quantile(hundred, 0.5), quantile(hundred, 0.95), quantile([7], 0.5)]).toEqual([51, 96, 7]);
  });

  it('When work is done in parallel, then never more at once than asked for, and in the order of the items', async () => {
    let atWork = 0;
    let most = 0;

    const results = await inParallel([1, 2, 3, 4, 5, 6], 2, async (item) => {
      most = Math.max(most, ++atWork);
      await new Promise(setImmediate);
      atWork--;
      return item * 10;
    });

    expect({ most, results }).toEqual({ most: 2, results: [10, 20, 30, 40, 50, 60] });
  });

  const onLinux = process.platform === 'linux' ? it : it.skip;
  onLinux('When memory is summed, then every descendant counts', async () => {
    const script = `console.log('up'); require('child_process').spawn('sleep', ['60'])`;
    const parent = spawn(process.execPath, ['-e', script, '--', 'parent'], { stdio: ['ignore', 'pipe', 'ignore'] });
    await once(parent.stdout, 'data');

    const found = await eventually(
      () => memoryOf(parent.pid ?? 0),
      // Between fork and exec the child still has the name of its parent.
      (processes) => processes[1]?.command === 'sleep 60',
    );

    expect(found.map(({ command }) => command)).toEqual([expect.stringMatching(/node -e/), 'sleep 60']);
    expect(found[0].kilobytes).toBeGreaterThan(5_000);
    process.kill(found[1].pid);
    parent.kill();
  });

  it('When the provider has several pages, then every charge that took money is found by its order', async () => {
    const charge = (id: string, status: string, order_id: string) => ({ id, status, metadata: { order_id } });
    const pages: Record<string, object> = {
      '': { has_more: true, data: [charge('a', 'succeeded', '1'), charge('b', 'canceled', '2')] },
      b: { has_more: false, data: [charge('c', 'succeeded', '1'), charge('d', 'requires_capture', '3')] },
    };
    const server = createServer((request, response) => {
      const after = new URL(request.url ?? '', 'http://x').searchParams.get('starting_after') ?? '';
      response.end(JSON.stringify(request.headers.authorization === 'Bearer key' ? pages[after] : {}));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');

    const charges = await new Provider(
      `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      'key',
    ).chargesByOrder();

    expect([...charges].map(([order, all]) => [order, all.map(({ id }) => id)])).toEqual([['1', ['a', 'c']]]);
    server.close();
  });
});

async function eventually<T>(look: () => T, isRight: (found: T) => boolean): Promise<T> {
  for (;;) {
    const found = look();
    if (isRight(found)) return found;
    await new Promise(setImmediate);
  }
}
