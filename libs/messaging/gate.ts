/** Where a consumer stands in one stream. */
export interface Cursor {
  readonly version: number;
  /** A message of this stream failed for good: nothing is handled until it is redriven or discarded. */
  readonly blocked: boolean;
}

export interface Arrival {
  readonly version: number;
  /** Stands for all before it, so it needs none of them: a snapshot, or a command. */
  readonly jumps: boolean;
}

export type Decision = 'stale' | 'buffer' | 'apply';

/** Snapshots stand for all before them, and goals carry all they need. A report only does so when it is said again. */
export const mayJump = (isSnapshot: boolean, carries: 'reports' | 'goals' | 'snapshots'): boolean =>
  isSnapshot || carries === 'goals';

/** What becomes of an arriving message. */
export function admit(cursor: Cursor, message: Arrival): Decision {
  if (message.version <= cursor.version) return 'stale';
  if (cursor.blocked) return 'buffer';
  return message.jumps || message.version === cursor.version + 1 ? 'apply' : 'buffer';
}

/** What still waits in a buffer once the cursor has moved; the rest is as good as handled. */
export const waiting = <M extends Arrival>(cursor: Cursor, buffered: readonly M[]): M[] =>
  buffered.filter((message) => message.version > cursor.version);

/** Of those that stand for all before them only the newest is worth keeping: it takes the place of the older. */
export const replaces = (message: Arrival, buffered: Arrival): boolean =>
  message.jumps && buffered.jumps && buffered.version < message.version;

/** What a cursor that has just moved releases from the buffer, in order. */
export function released<M extends Arrival>(cursor: Cursor, buffered: readonly M[]): M[] {
  const rest = waiting(cursor, buffered);
  const next = nextOf(cursor, rest);
  return next ? [next, ...released({ ...cursor, version: next.version }, rest)] : [];
}

/** Which of the buffered messages (all newer than the cursor) is next: the one in order, else the newest that may jump. */
export function nextOf<M extends Arrival>(cursor: Cursor, buffered: readonly M[]): M | undefined {
  if (cursor.blocked) return undefined;
  const inOrder = buffered.find((message) => message.version === cursor.version + 1);
  return inOrder ?? newest(buffered.filter((message) => message.jumps));
}

function newest<M extends Arrival>(messages: readonly M[]): M | undefined {
  return messages.reduce<M | undefined>((best, each) => (best && best.version > each.version ? best : each), undefined);
}
