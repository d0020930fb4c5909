import { Logger } from '@nestjs/common';

import { Periodic } from './index.ts';

describe('periodic', () => {
  let runs: number;
  let end: PromiseWithResolvers<void> | undefined;
  let loop: Periodic | undefined;

  const counting = async () => {
    runs += 1;
  };
  const lasting = () => {
    runs += 1;
    end = Promise.withResolvers();
    return end.promise;
  };
  const every10s = (run: () => Promise<void>, jitter?: number) => {
    loop = new Periodic('sweep', { everyMs: 10_000, jitter }, run);
    loop.start();
    return loop;
  };

  beforeEach(() => {
    jest.useFakeTimers();
    Logger.overrideLogger(false);
    runs = 0;
  });

  afterEach(async () => {
    end?.resolve();
    await loop?.stop();
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  it('When time passes, then it runs at its start and after each interval', async () => {
    every10s(counting);
    expect(runs).toBe(1);
    await jest.advanceTimersByTimeAsync(9_999);
    expect(runs).toBe(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(runs).toBe(2);
  });

  it.each([
    [0, 5_000],
    [0.75, 12_500],
  ])('When random says %d, then a jitter of a half makes %d ms of 10 s', async (random, ms) => {
    jest.spyOn(Math, 'random').mockReturnValue(random);
    every10s(counting, 0.5);

    await jest.advanceTimersByTimeAsync(ms - 1);
    expect(runs).toBe(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(runs).toBe(2);
  });

  it('When it is woken while it waits, then it runs at once', async () => {
    const sweep = every10s(counting);
    await jest.advanceTimersByTimeAsync(100);

    sweep.wake();
    await jest.advanceTimersByTimeAsync(0);

    expect(runs).toBe(2);
  });

  it('When it is woken while it runs, then it never overlaps itself, and runs once more right after', async () => {
    const sweep = every10s(lasting);

    sweep.wake();
    sweep.wake();
    await jest.advanceTimersByTimeAsync(30_000);
    expect(runs).toBe(1);
    end?.resolve();
    await jest.advanceTimersByTimeAsync(0);
    expect(runs).toBe(2);
    end?.resolve();
    await jest.advanceTimersByTimeAsync(9_999);
    expect(runs).toBe(2);
  });

  it('When a run fails, then that is logged, and the next one comes in its time', async () => {
    const error = jest.spyOn(Logger.prototype, 'error');
    every10s(async () => {
      runs += 1;
      throw new Error('no database');
    });

    await jest.advanceTimersByTimeAsync(10_000);

    expect(runs).toBe(2);
    expect(error).toHaveBeenCalledTimes(2);
  });

  it('When a run throws before it returns a promise, then the loop goes on too', async () => {
    every10s(() => {
      runs += 1;
      throw new Error('bug');
    });

    await jest.advanceTimersByTimeAsync(10_000);

    expect(runs).toBe(2);
  });

  it('When it stops, then the run that was begun ends first, and none follows', async () => {
    const sweep = every10s(lasting);
    let stopped = false;

    void sweep.stop().then(() => (stopped = true));
    await jest.advanceTimersByTimeAsync(1_000);
    expect(stopped).toBe(false);
    end?.resolve();
    await jest.advanceTimersByTimeAsync(60_000);

    expect([stopped, runs]).toEqual([true, 1]);
  });

  it('When it stops while it waits, then it is stopped at once', async () => {
    const sweep = every10s(counting);
    await jest.advanceTimersByTimeAsync(1);

    await sweep.stop();

    expect([runs, jest.getTimerCount()]).toEqual([1, 0]);
  });

  it('When it is started twice, then it still is one loop', async () => {
    every10s(counting).start();

    await jest.advanceTimersByTimeAsync(10_000);

    expect(runs).toBe(2);
  });
});
