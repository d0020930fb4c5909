import { randomFillSync } from 'node:crypto';

/** Drawn in advance: each draw is a call of the system, which costs more than a span. */
const pool = Buffer.allocUnsafe(4096);
let used = pool.length;

/** A new trace id of W3C Trace Context: 32 hexadecimal digits. */
export const newTraceId = (): string => randomHex(16);

/** A new span id of W3C Trace Context: 16 hexadecimal digits. */
export const newSpanId = (): string => randomHex(8);

function randomHex(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += bytes;
  return pool.toString('hex', used - bytes, used);
}
