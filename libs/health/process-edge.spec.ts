import { Logger } from '@nestjs/common';

import { exitWith, Lifecycle } from './index.ts';

/** A process whose signals and errors the test sends, and which notes how it would have ended. */
class FakeProcess {
  readonly exits: number[] = [];
  private readonly listeners = new Map<string, (reason?: unknown) => void>();

  on(event: string, listener: (reason?: unknown) => void): void {
    this.listeners.set(event, listener);
  }

  exit(code: number): void {
    this.exits.push(code);
  }

  receives(event: string, reason?: unknown): void {
    this.listeners.get(event)?.(reason);
  }
}

describe('process edge', () => {
  let edge: FakeProcess;
  let lifecycle: Lifecycle;

  beforeEach(() => {
    jest.useFakeTimers();
    Logger.overrideLogger(false);
    edge = new FakeProcess();
    lifecycle = new Lifecycle();
    exitWith(lifecycle, edge);
  });

  afterEach(() => jest.useRealTimers());

  it.each(['SIGTERM', 'SIGINT'])('When %s comes, then the process drains and exits with 0', async (signal) => {
    edge.receives(signal);
    expect([lifecycle.draining, edge.exits]).toEqual([true, []]);
    await jest.advanceTimersByTimeAsync(0);

    expect(edge.exits).toEqual([0]);
  });

  it('When a second signal comes, then the process exits at once', () => {
    lifecycle.closing('stuck', () => new Promise(() => {}));

    edge.receives('SIGTERM');
    edge.receives('SIGINT');

    expect(edge.exits).toEqual([1]);
  });

  it.each(['unhandledRejection', 'uncaughtException'])(
    'When there is an %s, then the process drains and exits with 1',
    async (event) => {
      edge.receives(event, new Error('nobody caught me'));
      expect(lifecycle.draining).toBe(true);
      await jest.advanceTimersByTimeAsync(0);

      expect(edge.exits).toEqual([1]);
    },
  );

  it('When it drains after a failure, then the first signal lets it', () => {
    lifecycle.fail(new Error('nobody caught me'));
    edge.receives('SIGTERM');

    expect(edge.exits).toEqual([]);
  });

  it('When the start failed, then the end is left to whoever says why', async () => {
    await lifecycle.giveUp();
    await jest.advanceTimersByTimeAsync(0);

    expect(edge.exits).toEqual([]);
  });

  it('When draining takes for ever, then the process is gone after 40 s', async () => {
    for (let each = 0; each < 9; each += 1) lifecycle.closing(`stuck ${each}`, () => new Promise(() => {}));

    edge.receives('SIGTERM');
    await jest.advanceTimersByTimeAsync(39_999);
    expect(edge.exits).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);

    expect(edge.exits).toEqual([1]);
  });
});
