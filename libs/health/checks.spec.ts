import { Lifecycle, Readiness } from './index.ts';

describe('readiness', () => {
  let readiness: Readiness;
  let probes: number;

  beforeEach(() => {
    jest.useFakeTimers();
    const lifecycle = new Lifecycle();
    lifecycle.serving();
    readiness = new Readiness(lifecycle);
    probes = 0;
  });

  afterEach(() => jest.useRealTimers());

  it('When it is asked often, then it looks once a second', async () => {
    readiness.check('database', async () => void (probes += 1));

    await Promise.all([readiness.report(), readiness.report()]);
    jest.advanceTimersByTime(999);
    await readiness.report();
    expect(probes).toBe(1);
    jest.advanceTimersByTime(1);
    await readiness.report();
    expect(probes).toBe(2);
  });

  it('When a probe does not answer within 250 ms, then it has failed', async () => {
    readiness.check('database', () => new Promise(() => {}));

    const report = readiness.report();
    await jest.advanceTimersByTimeAsync(250);

    expect(await report).toEqual({
      ready: false,
      draining: false,
      checks: { database: { ok: false, detail: 'no answer within 250 ms' } },
    });
  });

  it('When a dependency comes back, then it is ready again', async () => {
    let down = true;
    readiness.check('database', async () => {
      if (down) throw new Error('down');
    });

    expect((await readiness.report()).ready).toBe(false);
    down = false;
    jest.advanceTimersByTime(1_000);
    expect((await readiness.report()).ready).toBe(true);
  });
});
