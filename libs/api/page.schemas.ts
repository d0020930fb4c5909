import { z } from 'zod';

import { queryInteger } from './text.ts';

/** Of some page's `nextCursor`. */
const cursorExample = 'AZnypHweW1qdPi9sihtOcA';

/** Query of every list: `limit` items, beginning after `cursor`. */
export const pageQuery = z.strictObject({
  limit: queryInteger(1, 100).default(20).meta({ description: '20 unless said', example: 20 }),
  cursor: z
    .string()
    .regex(/^[A-Za-z0-9_-]{22}$/, 'must be the nextCursor of another page')
    .meta({ example: cursorExample })
    .optional(),
});
export type PageQuery = z.infer<typeof pageQuery>;

/** A page of `item`; `nextCursor` is null on the last one. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.strictObject({
    items: z.array(item),
    nextCursor: z.string().nullable().meta({ example: cursorExample }),
  });
}
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/** Cursor that continues after the item with this UUID. */
export function cursorAfter(id: string): string {
  return Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');
}

/** The UUID after which a cursor that `pageQuery` let through continues. */
export function idOfCursor(cursor: string): string {
  const hex = Buffer.from(cursor, 'base64url').toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** A page out of up to `limit + 1` rows: the one too many says that there is a next page. */
export function toPage<T extends { id: string }>(rows: readonly T[], limit: number): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: last && rows.length > limit ? cursorAfter(last.id) : null };
}
