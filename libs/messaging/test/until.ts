import { setTimeout as wait } from 'node:timers/promises';

/** A hang must end, but how fast a machine is says nothing about the code. */
const patienceMs = 20_000;

/** Looks until the expectation holds, at most 20 s unless said; throws its last failure. */
export async function until(expectation: () => Promise<void> | void, atMostMs = patienceMs): Promise<void> {
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
