import { type Lifecycle, limits } from './lifecycle.ts';

/** The part of `process` that ends it. */
export interface ProcessEdge {
  on(event: string, listener: (reason: unknown) => void): unknown;
  exit(code: number): void;
}

/**
 * Ties the lifecycle to its process: SIGTERM and SIGINT drain it, a second signal ends it at once, an error that nobody
 * caught fails it, and whatever happens it is gone 40 s after draining began.
 */
export function exitWith(lifecycle: Lifecycle, edge: ProcessEdge = process): void {
  let signalled = false;
  const onSignal = () => {
    if (signalled) return edge.exit(1);
    signalled = true;
    void lifecycle.drain();
  };
  edge.on('SIGTERM', onSignal);
  edge.on('SIGINT', onSignal);
  edge.on('unhandledRejection', (reason) => lifecycle.fail(reason));
  edge.on('uncaughtException', (reason) => lifecycle.fail(reason));
  void lifecycle.begun.then(async () => {
    setTimeout(() => edge.exit(1), limits.hardExitMs).unref();
    const code = await lifecycle.drain();
    // Nobody would hear why it did not start.
    if (!lifecycle.gaveUp) edge.exit(code);
  });
}
