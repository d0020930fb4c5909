type Library = typeof import('kafkajs');

/** Of a connection of the library: what it has not sent yet. */
interface RequestQueue {
  readonly pending: readonly unknown[];
  readonly throttledUntil: number;
  scheduleCheckPendingRequests(): void;
}

let loaded: Promise<Library> | undefined;

/** The client library, loaded when somebody needs it: who does without a broker pays neither memory nor time for it. */
export function kafkajs(): Promise<Library> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<Library> {
  // @ts-expect-error This part of the library has no types.
  const inside = import('kafkajs/src/network/requestQueue/index.js') as Promise<{
    default: { prototype: RequestQueue };
  }>;
  sleepWhenIdle((await inside).default.prototype);
  // In a bundle a CommonJS package has no named exports.
  return (await import('kafkajs')).default;
}

/**
 * kafkajs 2.2.4 sets a timer of a negative time after each answer, again and again: about 900 wake-ups a second for each
 * connection, with nothing to do (kafkajs#1751). With nothing pending there is nothing to look after.
 */
function sleepWhenIdle(prototype: RequestQueue): void {
  const schedule = prototype.scheduleCheckPendingRequests;
  prototype.scheduleCheckPendingRequests = function scheduleUnlessIdle(this: RequestQueue): void {
    if (this.pending.length > 0 || this.throttledUntil > Date.now()) schedule.call(this);
  };
}
