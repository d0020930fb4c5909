import type { IncomingMessage } from 'node:http';

/** Between two hops only. */
const hopByHop = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'upgrade', 'transfer-encoding']);

/** Headers as they were written, without those of the hop. */
export function headersOf(
  { rawHeaders }: IncomingMessage,
  kept: readonly string[] = [],
): [name: string, value: string][] {
  const pairs = rawHeaders.flatMap((name, index): [string, string][] =>
    index % 2 === 0 ? [[name, rawHeaders[index + 1]]] : [],
  );
  return pairs.filter(([name]) => !hopByHop.has(name.toLowerCase()) || kept.includes(name.toLowerCase()));
}
