import type { Chances } from './chances.ts';
import type { InjectedFaults } from './injected-faults.ts';
import type { Handle, Subscriptions } from './subscriptions.ts';

const mostTimes = 2;

export const handlerFaults = ['error', 'type-error', 'object', 'reject', 'hang'] as const;
export type HandlerFault = (typeof handlerFaults)[number];

/** Test builds only: handlers fail now and then, each message twice at most, so that none fails for good. */
export function failingNowAndThen(
  subscriptions: Subscriptions,
  chances: Chances<HandlerFault>,
  injected: InjectedFaults,
): Subscriptions {
  const failed = new Map<string, number>();
  const of = subscriptions.of.bind(subscriptions);
  const failing =
    (handle: Handle): Handle =>
    (data, tx, received) => {
      const times = failed.get(received.id) ?? 0;
      const fault = times < mostTimes ? chances.next() : undefined;
      if (!fault) return handle(data, tx, received);
      failed.set(received.id, times + 1);
      injected.note(fault, received.id);
      return fail(fault);
    };
  return Object.assign(subscriptions, {
    of: (type) => {
      const subscription = of(type);
      return subscription && { ...subscription, handle: failing(subscription.handle) };
    },
  } satisfies Partial<Subscriptions>);
}

/** What a handler does instead of its work: throw an error or what is none, reject, or never come back. */
function fail(fault: HandlerFault): Promise<never> {
  const error = new Error('on purpose');
  if (fault === 'error') throw error;
  if (fault === 'type-error') throw new TypeError(error.message);
  if (fault === 'object') throw { message: error.message };
  return fault === 'reject' ? Promise.reject(error) : new Promise(() => undefined);
}
