import { z } from 'zod';

/** Every way in which a request can fail, by its stable code: HTTP status, title and what a client can make of it. */
export const problems = {
  'invalid-request': {
    status: 400,
    title: 'The request is not valid',
    meaning:
      'Something in the request does not have the shape that the API asks for. `errors` says what and where. Correct it; sent again unchanged it fails again.',
  },
  'unknown-field': {
    status: 400,
    title: 'The request has a field that is not known',
    meaning: 'The body or the query holds a field that this operation does not have. `errors` names it. Leave it out.',
  },
  unauthenticated: {
    status: 401,
    title: 'Not logged in',
    meaning:
      'There is no valid access token, or e-mail and password do not belong together. Log in and send the token as `Authorization: Bearer …`.',
  },
  forbidden: {
    status: 403,
    title: 'Not allowed',
    meaning: 'The token is valid, but its owner does not have the role that this operation asks for.',
  },
  'not-found': {
    status: 404,
    title: 'Not found',
    meaning: 'There is nothing at this address, or nothing that you may see.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'Method not allowed',
    meaning: 'The address exists, the method does not. The header `Allow` lists those that do.',
  },
  'request-timeout': {
    status: 408,
    title: 'The request took too long to arrive',
    meaning: 'Headers have to be complete after 10 seconds, the whole request after 15. Send it again.',
  },
  'in-progress': {
    status: 409,
    title: 'The same request is being worked on',
    meaning:
      'Another request with this `Idempotency-Key` has not been answered yet. Wait for `Retry-After` seconds and send it again with the same key.',
  },
  'already-checked-out': {
    status: 409,
    title: 'This cart is already an order',
    meaning: 'A cart becomes one order at most. `Location` is the address of that order.',
  },
  'already-exists': {
    status: 409,
    title: 'This already exists',
    meaning: 'Something that has to be unique, such as the SKU of a product, is taken.',
  },
  'illegal-state': {
    status: 409,
    title: 'Not possible in this state',
    meaning: 'What was asked for cannot be done any more, such as to cancel an order that is completed.',
  },
  'changed-meanwhile': {
    status: 412,
    title: 'It has changed meanwhile',
    meaning:
      '`If-Match` names a version that is no longer the current one. Read it again, look at what has changed, and try again.',
  },
  'payload-too-large': {
    status: 413,
    title: 'The body is too large',
    meaning: 'A body may have 64 KiB, where passwords are sent 16 KiB.',
  },
  'uri-too-long': {
    status: 414,
    title: 'The address is too long',
    meaning: 'Path and query together may have 8 KiB.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'Not a media type that is understood',
    meaning: 'A body has to be `application/json` in UTF-8, not compressed.',
  },
  'key-reused': {
    status: 422,
    title: 'The idempotency key belongs to another request',
    meaning: 'This `Idempotency-Key` was used with another body. A new request needs a new key.',
  },
  'wrong-password': {
    status: 422,
    title: 'The password is wrong',
    meaning: 'The current password has to be sent along, and what was sent is not it. Nothing was changed.',
  },
  'unknown-product': {
    status: 422,
    title: 'A product is not known',
    meaning: 'A line of the order names a product that is not sold. `errors` says which.',
  },
  'not-payable': {
    status: 422,
    title: 'The order cannot be paid for in one charge',
    meaning:
      'The products are priced in different currencies, or their total is more than the payment provider takes at once. Order them separately.',
  },
  'rate-limited': {
    status: 429,
    title: 'Too many requests',
    meaning:
      'A limit is reached; `RateLimit-Policy` says which limits there are. Nothing was done: wait for `Retry-After` seconds.',
  },
  'headers-too-large': {
    status: 431,
    title: 'The headers are too large',
    meaning: 'All headers together may have 16 KiB.',
  },
  internal: {
    status: 500,
    title: 'Something went wrong here',
    meaning: 'A fault of ours. Quote `traceId` when you report it.',
  },
  overloaded: {
    status: 503,
    title: 'Not able to answer now',
    meaning:
      'The service, or something that it needs, is down or has too much to do. Nothing was done, or it is not known whether it was: wait for `Retry-After` seconds and send the request again, with the same `Idempotency-Key` if it had one.',
  },
  'upstream-timeout': {
    status: 504,
    title: 'No answer in time',
    meaning:
      'A service behind the gateway did not answer in time. It is not known whether the request was carried out: send it again, with the same `Idempotency-Key` if it had one.',
  },
} as const satisfies Record<string, { status: number; title: string; meaning: string }>;

/** Code of a problem; the last part of its `type`. */
export type ProblemCode = keyof typeof problems;

/** Body of every answer that is not a success: RFC 9457, media type `application/problem+json`. */
export const problemSchema = z
  .strictObject({
    type: z.string().describe('ends in /<code>'),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().describe('path of the request'),
    traceId: z.string().describe('quote it when you report the problem'),
    errors: z
      .array(
        z.strictObject({
          pointer: z.string().describe('JSON pointer into the body; for the rest /path/…, /query/… or /headers/…'),
          detail: z.string(),
        }),
      )
      .optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof problemSchema>;
