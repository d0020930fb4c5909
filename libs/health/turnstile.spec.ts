import { Unavailable } from '@towpath/errors';

import { Turnstile } from './turnstile.ts';

describe('turnstile', () => {
  const turnstile = new Turnstile(2, 3);
  let working = 0;
  let most = 0;

  async function work(end: Promise<void>): Promise<void> {
    working += 1;
    most = Math.max(most, working);
    await end.finally(() => (working -= 1));
  }

  it('When more come than may work, then some wait in line and the rest are turned away', async () => {
    const { promise: end, resolve } = Promise.withResolvers<void>();
    const all = Array.from({ length: 7 }, () => turnstile.pass(() => work(end)));

    await expect(Promise.all(all.slice(5).map((one) => one.catch((error: unknown) => error)))).resolves.toEqual([
      expect.any(Unavailable),
      expect.any(Unavailable),
    ]);
    resolve();
    await Promise.all(all.slice(0, 5));

    expect({ most, working }).toEqual({ most: 2, working: 0 });
  });

  it('When work fails, then its place is free again', async () => {
    for (let round = 0; round < 10; round += 1) {
      await expect(turnstile.pass(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    }

    await expect(turnstile.pass(async () => 'done')).resolves.toBe('done');
  });
});
