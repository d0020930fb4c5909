import { type Context, context, createContextKey } from '@opentelemetry/api';

/** Carries how many milliseconds the caller still waits; a duration, as clocks differ. */
export const deadlineHeader = 'x-request-timeout-ms';

const deadlineKey = createContextKey('towpath deadline');

/** Runs `work` with at most `ms` milliseconds from now; an earlier deadline that is already set stays. Cuts nothing by itself. */
export function withDeadline<T>(ms: number, work: () => T): T {
  return context.with(contextWithDeadline(context.active(), ms), work);
}

/** Milliseconds that are left, not below 0; undefined if nobody set a deadline. */
export function remainingMs(): number | undefined {
  const at = deadlineIn(context.active());
  return at === undefined ? undefined : Math.max(0, Math.floor(at - performance.now()));
}

export function contextWithDeadline(parent: Context, ms: number): Context {
  const earlier = deadlineIn(parent) ?? Infinity;
  return parent.setValue(deadlineKey, Math.min(earlier, performance.now() + ms));
}

/** Undefined unless the header is a whole number of milliseconds. */
export function parseDeadline(header: string | string[] | undefined): number | undefined {
  return typeof header === 'string' && /^\d{1,9}$/.test(header) ? Number(header) : undefined;
}

function deadlineIn(from: Context): number | undefined {
  return from.getValue(deadlineKey) as number | undefined;
}
