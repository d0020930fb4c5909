const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** npm passes on a Ctrl-C that the terminal has already sent to us. */
const sameRequestMs = 1_000;

/** Aborts at the first request to stop; a later one calls `hurry`. */
export function onInterrupt(hurry: () => void): AbortSignal {
  const interrupt = new AbortController();
  let firstAt = 0;
  const hear = () => {
    if (!interrupt.signal.aborted) {
      firstAt = performance.now();
      interrupt.abort();
    } else if (performance.now() - firstAt > sameRequestMs) hurry();
  };
  for (const signal of signals) process.on(signal, hear);
  return interrupt.signal;
}
