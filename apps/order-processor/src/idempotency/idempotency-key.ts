import { createHash } from 'node:crypto';

/** One request that a client may send again: who sent it, to do what, under which key, and what it said. */
export interface IdempotencyKey {
  readonly subject: string;
  readonly operation: string;
  readonly key: string;
  readonly fingerprint: Buffer;
}

/** What a key was answered with. */
export interface StoredAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** What the answer is about, where there is such a thing. */
  readonly resourceId?: string;
}

/** Equal for bodies that mean the same, whatever the order of their fields. */
export function fingerprintOf(body: unknown): Buffer {
  return createHash('sha256').update(canonical(body)).digest();
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => (isRecord(each) ? sorted(each) : each));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sorted(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
