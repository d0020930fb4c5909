import { remainingMs, startTracing, withDeadline } from './index.ts';

describe('deadline', () => {
  beforeAll(() => startTracing({ service: 'catalog' }));

  beforeEach(() => jest.useFakeTimers());

  afterEach(() => jest.useRealTimers());

  it('When nobody set one, then there is none', () => {
    expect(remainingMs()).toBeUndefined();
  });

  it('When time passes, then less is left, and never less than nothing', async () => {
    const left = await withDeadline(3_000, async () => {
      const atFirst = remainingMs();
      await jest.advanceTimersByTimeAsync(1_000);
      const later = remainingMs();
      await jest.advanceTimersByTimeAsync(9_000);
      return [atFirst, later, remainingMs()];
    });

    expect(left).toEqual([3_000, 2_000, 0]);
  });

  it('When one is set inside another, then the earlier counts', () => {
    const longer = withDeadline(1_000, () => withDeadline(3_000, remainingMs));
    const shorter = withDeadline(3_000, () => withDeadline(1_000, remainingMs));

    expect([longer, shorter]).toEqual([1_000, 1_000]);
  });
});
