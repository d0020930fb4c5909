import { setTimeout as wait } from 'node:timers/promises';

/** Looks until the expectation holds, at most 10 s; throws its last failure. */
export async function until(expectation: () => Promise<void> | void): Promise<void> {
  const giveUpAt = Date.now() + 10_000;
  for (;;) {
    try {
      return await expectation();
    } catch (error) {
      if (Date.now() >= giveUpAt) throw error;
      await wait(20);
    }
  }
}
