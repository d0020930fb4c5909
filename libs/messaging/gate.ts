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

/** What becomes of an arriving message. */
export function admit(cursor: Cursor, message: Arrival): Decision {
  if (message.version <= cursor.version) return 'stale';
  if (cursor.blocked) return 'buffer';
  return message.jumps || message.version === cursor.version + 1 ? 'apply' : 'buffer';
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
