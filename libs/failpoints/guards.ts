import { Environment } from '@towpath/config';

/** What keeps orders safe, one by one. A test build can do without one, to see that the tests notice. */
export const guards = [
  'outbox',
  'acknowledged-send',
  'inbox',
  'provider-key',
  'idempotency-keys',
  'mark-after-ack',
  'select-by-flag',
  'commit-before-ack',
  'version-gate',
] as const;
export type Guard = (typeof guards)[number];

let removed: ReadonlySet<string> | undefined;

/** `WITHOUT_GUARDS=inbox,version-gate` takes guards out of a test build; asked for only behind TOWPATH_TEST_BUILD. */
export function isRemoved(guard: Guard): boolean {
  removed ??= new Set(Environment.fromProcess().values['WITHOUT_GUARDS']?.split(','));
  return removed.has(guard);
}
