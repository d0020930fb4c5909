import { Logger } from '@nestjs/common';

import { type Background, Lifecycle, LifecycleSettings, type Server } from './index.ts';

const never = () => new Promise<void>(() => {});

describe('lifecycle', () => {
  let happened: string[];
  let lifecycle: Lifecycle;

  const does = (what: string) => async () => {
    happened.push(what);
  };
  const part = (name: string, more: Partial<Background> = {}): Background => ({
    name,
    start: does(`start ${name}`),
    stop: does(`stop ${name}`),
    ...more,
  });
  const server = (more: Partial<Server> = {}): Server => ({
    close: does('close server'),
    closeIdle: () => void happened.push('close idle connections'),
    closeAll: () => void happened.push('cut connections'),
    ...more,
  });

  beforeEach(() => {
    jest.useFakeTimers();
    Logger.overrideLogger(false);
    happened = [];
    lifecycle = new Lifecycle();
  });

  afterEach(() => jest.useRealTimers());

  it('When it starts, then background parts start in the order of their registration', async () => {
    lifecycle.background(part('consumers'));
    lifecycle.background(part('relay'));

    await lifecycle.start();

    expect(happened).toEqual(['start consumers', 'start relay']);
  });

  it('When the process has no background work, then only what runs in every role is started and stopped', async () => {
    lifecycle.background(part('relay'));
    lifecycle.background(part('preloader', { inEveryRole: true }));

    await lifecycle.start({ background: false });
    await lifecycle.drain();

    expect(happened).toEqual(['start preloader', 'stop preloader']);
  });

  it('When it drains, then everything ends in its order, and the exit code is 0', async () => {
    lifecycle.background(part('consumers'));
    lifecycle.background(part('relay'));
    lifecycle.closing('pool', does('close pool'));
    lifecycle.closing('cache', does('close cache'));
    lifecycle.flushing('spans', does('flush spans'));
    await lifecycle.start();
    lifecycle.serving(server());
    happened = [];

    const code = await lifecycle.drain();

    expect(happened).toEqual([
      'stop consumers',
      'stop relay',
      'close server',
      'close idle connections',
      'close cache',
      'close pool',
      'flush spans',
    ]);
    expect(code).toBe(0);
  });

  it('When it is ready and drains, then it is not ready at once, but serves on for the set time', async () => {
    lifecycle = new Lifecycle(new LifecycleSettings({ drainDelayMs: 5_000 }));
    expect(lifecycle.ready).toBe(false);
    lifecycle.serving(server());
    expect(lifecycle.ready).toBe(true);

    const drained = lifecycle.drain();
    expect([lifecycle.ready, lifecycle.draining]).toEqual([false, true]);
    await jest.advanceTimersByTimeAsync(4_999);
    expect(happened).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    await drained;

    expect(happened).toEqual(['close server', 'close idle connections']);
  });

  it('When background parts stop, then they stop at the same time, and requests are served until the last has', async () => {
    const consumers = Promise.withResolvers<void>();
    lifecycle.background(part('consumers', { stop: () => consumers.promise }));
    lifecycle.background(part('relay'));
    await lifecycle.start();
    lifecycle.serving(server());
    happened = [];

    const drained = lifecycle.drain();
    await jest.advanceTimersByTimeAsync(9_999);
    expect(happened).toEqual(['stop relay']);
    consumers.resolve();
    await drained;

    expect(happened).toEqual(['stop relay', 'close server', 'close idle connections']);
  });

  it.each([
    ['a background part', 10_000, () => lifecycle.background(part('stuck', { stop: never }))],
    ['a request', 15_000, () => lifecycle.serving(server({ close: never }))],
    ['something to close', 5_000, () => lifecycle.closing('stuck', never)],
    ['telemetry', 3_000, () => lifecycle.flushing('stuck', never)],
  ])('When %s does not end within %d ms, then draining goes on without it', async (_, ms, givenStuck) => {
    lifecycle.closing('pool', does('close pool'));
    givenStuck();
    await lifecycle.start();
    const drained = lifecycle.drain().then(does('drained'));

    await jest.advanceTimersByTimeAsync(ms - 1);
    expect(happened).not.toContain('drained');
    await jest.advanceTimersByTimeAsync(1);
    await drained;

    expect(happened).toEqual(expect.arrayContaining(['close pool', 'drained']));
  });

  it('When requests do not end in time, then their connections are cut', async () => {
    lifecycle.serving(server({ close: never }));

    const drained = lifecycle.drain();
    await jest.advanceTimersByTimeAsync(15_000);
    await drained;

    expect(happened).toEqual(['close idle connections', 'cut connections']);
  });

  it('When a step fails, then the others are done all the same', async () => {
    const fails = () => Promise.reject(new Error('no'));
    lifecycle.background(part('relay', { stop: fails }));
    lifecycle.closing('pool', does('close pool'));
    lifecycle.closing('cache', fails);
    await lifecycle.start();

    expect(await lifecycle.drain()).toBe(0);

    expect(happened).toEqual(['start relay', 'close pool']);
  });

  it('When it is drained twice, then it drains once', async () => {
    lifecycle.closing('pool', does('close pool'));

    await Promise.all([lifecycle.drain(), lifecycle.drain()]);

    expect(happened).toEqual(['close pool']);
  });

  it('When it drains while it starts, then what was not started yet is not started, and what was is stopped', async () => {
    lifecycle.background(part('consumers', { start: () => void lifecycle.drain() }));
    lifecycle.background(part('relay'));

    await lifecycle.start();
    await lifecycle.drain();
    lifecycle.serving(server());

    expect(happened).toEqual(['stop consumers']);
    expect(lifecycle.ready).toBe(false);
  });

  it('When it fails, then the reason is logged, it drains, and the exit code is 1', async () => {
    const fatal = jest.spyOn(Logger.prototype, 'fatal');
    lifecycle.closing('pool', does('close pool'));
    const err = new Error('nobody caught me');

    lifecycle.fail(err);

    expect(lifecycle.draining).toBe(true);
    expect(await lifecycle.drain()).toBe(1);
    expect(happened).toEqual(['close pool']);
    expect(fatal).toHaveBeenCalledWith(expect.objectContaining({ err }));
  });
});
