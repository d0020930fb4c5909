import { Logger } from '@nestjs/common';

import { Lifecycle, Liveness, type ManagementServer, managementServer, Readiness } from './index.ts';

const single: Record<string, string> = { orders_total: 'orders_total 3', up: 'up 1' };
const registry = {
  contentType: 'text/plain; version=0.0.4',
  metrics: async () => 'orders_total 3\n',
  getSingleMetric: (name: string): unknown => single[name],
  getSingleMetricAsString: async (name: string) => single[name],
};

describe('management server', () => {
  let lifecycle: Lifecycle;
  let liveness: Liveness;
  let readiness: Readiness;
  let server: ManagementServer;

  const get = async (path: string, method = 'GET') => {
    const response = await fetch(server.url + path, { method });
    return { status: response.status, type: response.headers.get('content-type'), body: await response.text() };
  };
  const json = async (path: string) => {
    const { status, body } = await get(path);
    return [status, JSON.parse(body)];
  };

  beforeEach(async () => {
    Logger.overrideLogger(false);
    lifecycle = new Lifecycle();
    liveness = new Liveness();
    readiness = new Readiness(lifecycle);
    server = await managementServer({ host: '127.0.0.1', port: 0, liveness, readiness, registry });
  });

  afterEach(() => server.close());

  it('When a dependency is down, then the process is alive but not ready, and the report says why', async () => {
    lifecycle.serving();
    readiness.check('database', () => Promise.reject(new Error('connection refused')));
    readiness.check('users', async () => {});

    expect(await json('/health')).toEqual([200, { alive: true, checks: {} }]);
    expect(await json('/ready')).toEqual([
      503,
      {
        ready: false,
        draining: false,
        checks: { database: { ok: false, detail: 'connection refused' }, users: { ok: true } },
      },
    ]);
  });

  it('When everything is there, then it is ready from the time it serves until it drains', async () => {
    readiness.check('database', async () => {});
    const checks = { database: { ok: true } };

    expect(await json('/ready')).toEqual([503, { ready: false, draining: false, checks }]);
    lifecycle.serving();
    expect(await json('/ready')).toEqual([200, { ready: true, draining: false, checks }]);
    void lifecycle.drain();
    expect(await json('/ready')).toEqual([503, { ready: false, draining: true, checks }]);
  });

  it('When something inside hangs for good, then the process says that it is to be restarted', async () => {
    liveness.check('consumers', () => Promise.reject(new Error('last poll 70 s ago')));

    expect(await json('/health')).toEqual([
      503,
      { alive: false, checks: { consumers: { ok: false, detail: 'last poll 70 s ago' } } },
    ]);
  });

  it('When metrics are asked for, then they are the registry as it is', async () => {
    expect(await get('/metrics')).toEqual({ status: 200, type: registry.contentType, body: 'orders_total 3\n' });
  });

  it('When some metrics are named, then only those are looked up, and unknown ones are left out', async () => {
    const all = jest.spyOn(registry, 'metrics');

    const { status, body } = await get('/metrics?name[]=up&name%5B%5D=orders_total&name[]=nothing');

    expect([status, body]).toEqual([200, 'up 1\n\norders_total 3\n']);
    expect(all).not.toHaveBeenCalled();
  });

  it('When metrics fail, then the answer is a 500 and the server goes on', async () => {
    jest.spyOn(registry, 'metrics').mockRejectedValueOnce(new Error('no'));

    expect((await get('/metrics')).status).toBe(500);
    expect((await get('/metrics')).status).toBe(200);
  });

  it.each([
    ['GET', '/', 404],
    ['GET', '/healthz', 404],
    ['POST', '/health', 404],
    ['HEAD', '/health', 200],
    ['GET', '/health?verbose=1', 200],
  ])('When %s %s is asked for, then the answer is %d', async (method, path, status) => {
    expect((await get(path, method)).status).toBe(status);
  });

  it('When the port is taken, then it says so', async () => {
    const port = Number(new URL(server.url).port);

    const second = managementServer({ host: '127.0.0.1', port, liveness, readiness, registry });

    await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE', port });
  });
});
