import { z } from 'zod';

/** A whole string without NUL (Postgres refuses it) and without half a surrogate pair (it has no UTF-8). */
const storable = /^[^\0\p{Surrogate}]*$/u;

/** Text that can be stored, of `min` to `max` UTF-16 units; space around it is dropped. */
export function text(min: number, max: number) {
  return z.string().max(max, { abort: true }).trim().min(min).regex(storable, 'has a character that cannot be stored');
}

/** As `text`, but every character counts, as in a password; compared in Unicode's NFKC form. */
export function exactText(min: number, max: number) {
  return z
    .string()
    .max(max, { abort: true })
    .normalize('NFKC')
    .min(min)
    .regex(storable, 'has a character that cannot be stored');
}

/** A UUID of any version, in lower case from here on. */
export const id = z
  .uuid('must be a UUID')
  .toLowerCase()
  .meta({ id: 'Id', example: '0199f2a4-7c1e-7b5a-9d3e-2f6c8a1b4e70' });

/** `{ id }` of a path. */
export const idParams = z.strictObject({ id });

/** A moment: RFC 3339, UTC, milliseconds. */
export const moment = z.iso.datetime({ precision: 3 }).meta({ id: 'Moment', example: '2026-03-01T09:30:00.000Z' });

/** Integer of a query: digits and nothing else, although it arrives as text. */
export function queryInteger(min: number, max: number) {
  return z.preprocess(
    (value) => (typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value),
    z.int().min(min).max(max),
  );
}
