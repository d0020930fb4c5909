import fastify, { type FastifyReply } from 'fastify';

import { httpMetrics, Metrics } from './index.ts';

describe('metrics', () => {
  it('When two applications share a process, then each has its own counts', async () => {
    const [first, second] = [new Metrics(), new Metrics()];

    first.counter('orders_total', 'Orders placed').inc();
    second.counter('orders_total', 'Orders placed').inc(2);

    expect(await first.registry.metrics()).toContain('orders_total 1');
    expect(await second.registry.metrics()).toContain('orders_total 2');
  });

  it('When a metric is asked for again, then it is the same', () => {
    const metrics = new Metrics();

    const once = metrics.histogram('work_seconds', 'Work', ['outcome']);

    expect(metrics.histogram('work_seconds', 'Work', ['outcome'])).toBe(once);
  });

  it('When the process is measured, then its memory and event loop are there', async () => {
    const text = await new Metrics().withProcess().registry.metrics();

    expect(text).toContain('process_resident_memory_bytes');
    expect(text).toContain('nodejs_eventloop_lag_p99_seconds');
  });

  it('When a gauge is looked up, then it is new at each scrape, and NaN if that fails', async () => {
    const metrics = new Metrics();
    const look = jest.fn().mockResolvedValueOnce(3).mockRejectedValueOnce(new Error('no database'));
    metrics.lookedUp('outbox_rows', 'Rows to send', look);

    expect(await metrics.registry.metrics()).toContain('outbox_rows 3');
    expect(await metrics.registry.metrics()).toContain('outbox_rows Nan');
  });
});

describe('http metrics', () => {
  const metrics = new Metrics();
  const app = fastify();
  const entered = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  let timed: FastifyReply | undefined;

  const measured = async () => {
    const { values } = await metrics.histogram('http_request_duration_seconds', '').get();
    return values
      .filter(({ metricName }) => metricName === 'http_request_duration_seconds_count')
      .map(({ labels, value }) => ({ ...labels, value }));
  };
  const inFlight = async () => (await metrics.gauge('http_requests_in_flight', '').get()).values[0]?.value;

  beforeAll(() => {
    httpMetrics(app, metrics);
    app.get('/orders/:id', () => 'an order');
    app.get('/timed', (_, reply) => {
      timed = reply;
      return '';
    });
    app.get('/slow', async () => {
      entered.resolve();
      await release.promise;
    });
  });

  afterEach(() => metrics.registry.resetMetrics());

  afterAll(() => app.close());

  it('When requests are answered, then they are counted by method, route and status, whatever their path says', async () => {
    for (const url of ['/orders/1', '/orders/2?customer=7', '/.env', '/wp-admin']) await app.inject(url);

    expect(await measured()).toEqual([
      { method: 'GET', route: '/orders/:id', status: 200, value: 2 },
      { method: 'GET', route: 'none', status: 404, value: 2 },
    ]);
  });

  it('When a request is not answered yet, then it is in flight', async () => {
    const answered = app.inject('/slow');
    await entered.promise;

    expect(await inFlight()).toBe(1);
    release.resolve();
    await answered;
    expect(await inFlight()).toBe(0);
  });

  it('When times are measured, then in seconds', async () => {
    await app.inject('/timed');

    const { values } = await metrics.histogram('http_request_duration_seconds', '').get();
    const sum = values.find(({ metricName }) => metricName === 'http_request_duration_seconds_sum');
    expect(sum?.value).toBe(timed!.elapsedTime / 1_000);
  });
});
