import { setTimeout as wait } from 'node:timers/promises';

/** Looks until the expectation holds, at most 10 s unless said; throws its last failure. */
export async function until(expectation: () => Promise<void> | void, atMostMs = 10_000): Promise<void> {
  const giveUpAt = Date.now() + atMostMs;
  for (;;) {
    try {
      return await expectation();
    } catch (error) {
      if (Date.now() >= giveUpAt) throw error;
      await wait(20);
    }
  }
}
