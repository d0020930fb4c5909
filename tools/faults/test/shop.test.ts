import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import {
  ApiClient,
  type Credentials,
  descendantsOf,
  placeFirstOrder,
  placeOrder,
  stockCatalogue,
  untilFinished,
} from '@towpath/local';

import { openTransactions } from '../src/postgres/activity.repository.ts';
import { Database } from '../src/postgres/database.ts';
import { FaultShop } from '../src/shop/fault-shop.ts';

// Real processes: on a busy machine they take their time.
jest.setTimeout(120_000);

describe('shop under fault', () => {
  const folder = mkdtempSync(join(tmpdir(), 'towpath-faults-'));
  const customer: Credentials = { email: 'ada@towpath.example', password: 'correct horse battery staple' };
  let shop: FaultShop;
  let ada: ApiClient;
  let productId: string;

  beforeAll(async () => {
    chmodSync(folder, 0o755);
    shop = await FaultShop.start(
      { transport: 'direct', folder, replicas: 1, replicasOf: { gateway: 2, 'order-processor-worker': 2 } },
      () => undefined,
    );
    const anyone = new ApiClient(shop.gateway);
    const admin = await anyone.logIn(JSON.parse(readFileSync(shop.adminCredentialsFile, 'utf8')) as Credentials);
    [{ id: productId }] = await stockCatalogue(admin);
    await anyone.post('/v1/users', { ...customer, name: 'Ada' });
    ada = await anyone.logIn(customer);
    await placeFirstOrder(ada, productId);
  });

  afterAll(async () => {
    await shop.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const buy = async () => untilFinished(ada, (await placeOrder(ada, productId)).id, 30_000);
  const until = async (condition: () => boolean | Promise<boolean>) => {
    const deadline = performance.now() + 30_000;
    while (!(await condition())) {
      if (performance.now() > deadline) throw new Error(`Waited in vain for ${condition}`);
      await sleep(5);
    }
  };

  it('When it is up, then every process and its links are known, and an order goes through', async () => {
    expect(shop.processes.map(({ name }) => name).sort()).toEqual([
      'catalog-1',
      'gateway-1',
      'gateway-2',
      'order-processor-api-1',
      'order-processor-worker-1',
      'order-processor-worker-2',
      'payment-1',
      'payment-sandbox',
      'postgres-catalog',
      'postgres-order-processor',
      'postgres-payment',
      'postgres-user',
      'user-1',
    ]);
    expect(shop.link('order-processor-worker-1', 'payment').map(({ name }) => name)).toEqual([
      'order-processor-worker-1→payment-messages',
    ]);
    expect(shop.link('gateway', 'order-processor').map(({ from }) => from)).toEqual(['gateway-1', 'gateway-2']);
    expect(await buy()).toMatchObject({ status: 'COMPLETED' });
  });

  it('When a worker is killed, then the other goes on, and it is back', async () => {
    const [worker] = shop.ofService('order-processor').filter(({ role }) => role === 'worker');
    const before = worker.pid;

    await worker.down();

    expect(worker.pid).toBe(0);
    expect(await buy()).toMatchObject({ status: 'COMPLETED' });
    await worker.up();
    expect(worker.pid).not.toBe(before);
    expect(await worker.untilReady()).toBeLessThan(30_000);
  });

  it('When the database of orders is killed, then its children die too, and an order goes through when it is back', async () => {
    const server = shop.process('postgres-order-processor');
    const { pid } = server;
    const children = descendantsOf(pid);
    expect(children.length).toBeGreaterThan(5);

    await server.kill(200);

    await until(() => ![pid, ...children].some(isRunning));
    await server.untilReady();
    await until(async () => (await ada.get('/v1/orders?limit=1').catch(() => undefined)) !== undefined);
    expect(await buy()).toMatchObject({ status: 'COMPLETED' });
  });

  it('When a link is a black hole, then what goes through it is seen to wait, and goes on after it', async () => {
    const links = shop.link('order-processor-api-1', 'postgres-order-processor');
    const gateways = shop.ofService('gateway');
    for (const link of links) link.set({ kind: 'blackhole' });

    const reading = ada.get('/v1/orders?limit=1').then(
      () => 'answered',
      () => 'refused',
    );
    await until(async () => (await Promise.all(gateways.map((each) => each.inFlight()))).some((count) => count > 0));
    for (const link of links) link.heal();

    expect(['answered', 'refused']).toContain(await reading);
    await until(async () => (await ada.get('/v1/orders?limit=1').catch(() => undefined))?.status === 200);
  });

  it('When a transaction is open in a server, then that is work in flight', async () => {
    const database = new Database(shop.settingsFor('payment-1')['DATABASE_URL']);
    const another = new Database(shop.databases['payment']);
    const open = database.rows('SELECT pg_sleep(60)').catch(() => undefined);

    await until(async () => (await sleepers(another)) === 1 && (await openTransactions(another)) > 0);

    await another.rows(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'`);
    await open;
    await Promise.all([database.close(), another.close()]);
  });

  it('When each gateway is ended in turn, then no request fails', async () => {
    const statuses = new Set<number>();
    const stop = new AbortController();
    const asking = Array.from({ length: 4 }, async () => {
      while (!stop.signal.aborted) statuses.add((await fetch(`${shop.gateway}/v1/products`)).status);
    });

    for (const gateway of shop.ofService('gateway')) {
      await gateway.terminate();
      await gateway.untilReady();
    }

    stop.abort();
    await Promise.all(asking);
    expect([...statuses]).toEqual([200]);
  });

  it('When a process is paused, then it does nothing for so long, and goes on', async () => {
    const { pid } = shop.process('catalog-1');

    const paused = shop.process('catalog-1').pause(300);
    await until(() => stateOf(pid) === 'T');
    await paused;

    await until(() => stateOf(pid) !== 'T');
    expect(await buy()).toMatchObject({ status: 'COMPLETED' });
  });

  it('When it stops, then no process is left, and of the databases only the logs', async () => {
    const pids = shop.processes.map(({ pid }) => pid);

    await shop.stop();

    expect(pids.filter(isRunning)).toEqual([]);
    expect(readdirSync(folder).sort()).toEqual(['checkout', 'compiled', 'logs', 'payment-sandbox', 'secrets']);
  });
});

/** Those who hold a transaction open in the test above. */
async function sleepers(database: Database): Promise<number> {
  const { count } = await database.one<{ count: number }>(
    `SELECT count(*) AS count FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)'`,
  );
  return count;
}

/** T is paused, Z is dead and only waits to be buried; nothing is gone. A bare Linux has no ps. */
function stateOf(pid: number): string {
  try {
    if (process.platform === 'linux') return /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1] ?? '';
    return execFileSync('ps', ['-o', 'state=', '-p', String(pid)], { encoding: 'utf8' }).trim()[0];
  } catch {
    return '';
  }
}

function isRunning(pid: number): boolean {
  return !['', 'Z'].includes(stateOf(pid));
}
