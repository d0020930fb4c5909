import { setTimeout as wait } from 'node:timers/promises';

/** A hang must end, but how fast a machine is says nothing about the code. */
const patienceMs = 15_000;
const lookEveryMs = 20;

type Matchers<T> = ReturnType<typeof expect<T>>;

/**
 * Looks again and again until the expectation holds, at most 15 s: `await eventually(() => order(id)).toMatchObject({ … })`.
 * The last failure is thrown.
 */
export function eventually<T>(look: () => Promise<T> | T): AsyncMatchers<T> {
  const matchers = (negated: boolean) =>
    new Proxy({} as AsyncMatchers<T>, {
      get: (_, matcher) =>
        matcher === 'not' ? matchers(true) : (...args: unknown[]) => retry(look, String(matcher), args, negated),
    });
  return matchers(false);
}

type AsyncMatchers<T> = {
  readonly [M in Exclude<keyof Matchers<T>, 'not' | 'resolves' | 'rejects'>]: Matchers<T>[M] extends (
    ...args: infer A
  ) => unknown
    ? (...args: A) => Promise<void>
    : never;
} & { readonly not: AsyncMatchers<T> };

async function retry<T>(look: () => Promise<T> | T, matcher: string, args: unknown[], negated: boolean): Promise<void> {
  const giveUpAt = Date.now() + patienceMs;
  for (;;) {
    try {
      const expectation = expect(await look());
      const matchers = (negated ? expectation.not : expectation) as unknown as Record<
        string,
        (...given: unknown[]) => void
      >;
      matchers[matcher]?.(...args);
      return;
    } catch (error) {
      if (Date.now() >= giveUpAt) throw error;
      await wait(lookEveryMs);
    }
  }
}
