import { AsyncLocalStorage } from 'node:async_hooks';

import type { Envelope } from './envelope.ts';

interface Cause {
  readonly correlationid: string;
  readonly causationid?: string;
}

const handled = new AsyncLocalStorage<Envelope>();

/** Runs the handling of a message, so that what is said inside names it as its cause. */
export const because = <T>(envelope: Envelope, handle: () => T): T => handled.run(envelope, handle);

/** Which message led to a new one, and what the chain is about: the aggregate, where no message began it. */
export function causeOf(aggregateId: string): Cause {
  const cause = handled.getStore();
  return cause ? { correlationid: cause.correlationid, causationid: cause.id } : { correlationid: aggregateId };
}
