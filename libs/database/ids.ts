import { randomUUIDv7 } from 'node:crypto';

/** A new UUIDv7 (RFC 9562): ids sort by the millisecond they were made in, so they fill an index from its end. */
export const newId = (): string => randomUUIDv7();

/** Above every id, for lists that begin with the newest. */
export const lastId = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
