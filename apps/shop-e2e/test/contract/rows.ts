import type { ProblemCode } from '@towpath/api';

/** One promise of the API: what happens, and what is answered. */
export interface Row {
  readonly situation: string;
  readonly status: number;
  readonly problem?: ProblemCode;
  /** Headers that are there, as regular expressions. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What else is checked. */
  readonly also?: string;
}

const invalidToken = {
  status: 401,
  problem: 'unauthenticated',
  headers: { 'www-authenticate': '^Bearer error="invalid_token"$' },
  also: 'the body is the same for all causes',
} as const;
const hidden = {
  status: 404,
  problem: 'not-found',
  also: 'byte for byte as for an id that nobody has, but for `instance` and `traceId`',
} as const;
const invalid = { status: 400, problem: 'invalid-request' } as const;
const unknownField = { status: 400, problem: 'unknown-field' } as const;
const limited = {
  status: 429,
  problem: 'rate-limited',
  headers: { 'retry-after': String.raw`^\d+$`, ratelimit: '.', 'ratelimit-policy': '.' },
} as const;
const ignored = { status: 200, also: 'the same answer as without' } as const;
const nothingThere = { status: 404, problem: 'not-found' } as const;

export const tokenRows = {
  noToken: { situation: 'no token', ...invalidToken },
  malformedToken: { situation: 'a token that is none', ...invalidToken },
  badSignature: { situation: 'a token with the signature of another', ...invalidToken },
  expired: { situation: 'a token that expired 31 s ago', ...invalidToken },
  wrongIssuer: { situation: 'a token of another issuer', ...invalidToken },
  wrongAudience: { situation: 'a token for another audience', ...invalidToken },
  wrongType: { situation: 'a token of another type', ...invalidToken },
  wrongAlgorithm: { situation: 'a token without algorithm (`none`)', ...invalidToken },
  revoked: { situation: 'a token whose session has ended, at most 5 s ago', ...invalidToken },
  refreshAsAccess: { situation: 'a refresh token as access token', ...invalidToken },
} as const satisfies Record<string, Row>;

export const accessRows = {
  customerAsAdmin: { situation: 'a customer asks for a list of `/v1/admin`', status: 403, problem: 'forbidden' },
  customerRefunds: { situation: 'a customer asks for a refund', status: 403, problem: 'forbidden' },
  otherReads: { situation: "another's order is read", ...hidden },
  otherCancels: { situation: "another's order is cancelled", ...hidden },
  otherFollows: { situation: "another's order is followed", ...hidden },
  otherEndsSession: { situation: "another's session is ended", ...hidden },
  ownList: { situation: 'orders are listed', status: 200, also: 'only own ones' },
  listOfUser: { situation: 'orders are listed with `?userId=`', ...unknownField },
  fieldStatus: { situation: 'an order is placed with `status`', ...unknownField },
  fieldTotal: { situation: 'an order is placed with `total`', ...unknownField },
  fieldUserId: { situation: 'an order is placed with `userId`', ...unknownField },
  fieldId: { situation: 'an order is placed with `id`', ...unknownField },
  fieldPaid: { situation: 'an order is placed with `paid`', ...unknownField },
  fieldRole: { situation: 'somebody registers with `role`', ...unknownField },
} as const satisfies Record<string, Row>;

export const orderRows = {
  noKey: { situation: 'an order without `Idempotency-Key`', ...invalid },
  badKey: { situation: 'an order with a malformed `Idempotency-Key`', ...invalid },
  refundNoKey: { situation: 'a refund without `Idempotency-Key`', ...invalid },
  replayed: {
    situation: 'the same key and body once it is done',
    status: 201,
    headers: { 'idempotency-replayed': '^true$' },
    also: 'the same body as the first time',
  },
  refundReplayed: {
    situation: 'the same key and body of a refund once it is done',
    status: 202,
    headers: { 'idempotency-replayed': '^true$' },
    also: 'the same body as the first time',
  },
  inProgress: {
    situation: 'the same key and body while it is being done',
    status: 409,
    problem: 'in-progress',
    headers: { 'retry-after': '^1$' },
  },
  keyReused: { situation: 'the same key with another body', status: 422, problem: 'key-reused' },
  keyOfOther: { situation: 'the key of somebody else', status: 201, also: 'an order of its own' },
  keyOfOtherRoute: { situation: 'the key of an order for a refund', status: 202, also: 'it is done' },
  sameCart: {
    situation: 'another key for the same cart',
    status: 409,
    problem: 'already-checked-out',
    headers: { location: '^/v1/orders/[0-9a-f-]{36}$' },
  },
  cancelCompleted: { situation: 'a completed order is cancelled', status: 409, problem: 'illegal-state' },
  refundTooMuch: { situation: 'more is refunded than was captured', status: 409, problem: 'illegal-state' },
} as const satisfies Record<string, Row>;

export const requestRows = {
  invalidField: { situation: 'a field with a wrong value', ...invalid, also: '`errors` points at it' },
  malformedJson: { situation: 'a body that is no JSON', ...invalid },
  badId: { situation: 'an id that is no UUID', ...invalid },
  pageOfNone: { situation: '`?limit=0`', ...invalid },
  pageTooLarge: { situation: '`?limit=101`', ...invalid },
  bodyTooLarge: {
    situation: 'a body of more than 64 KiB, without a token',
    status: 413,
    problem: 'payload-too-large',
    headers: { connection: '^close$' },
  },
  credentialsTooLarge: {
    situation: 'a body of more than 16 KiB where passwords are sent',
    status: 413,
    problem: 'payload-too-large',
    headers: { connection: '^close$' },
  },
  notJson: { situation: 'a body of another media type', status: 415, problem: 'unsupported-media-type' },
  compressed: { situation: 'a compressed body', status: 415, problem: 'unsupported-media-type' },
  unknownPath: { situation: 'a path that does not exist', ...nothingThere },
  wrongMethod: {
    situation: 'a method that the path does not have',
    status: 405,
    problem: 'method-not-allowed',
    headers: { allow: 'GET' },
  },
  longUrl: { situation: 'a URL of more than 8 KiB', status: 414, problem: 'uri-too-long' },
  longHeaders: { situation: 'headers of more than 16 KiB', status: 431, problem: 'headers-too-large' },
  slowHeaders: { situation: 'headers that are not finished after 10 s', status: 408, problem: 'request-timeout' },
  slowBody: { situation: 'a request that is not there after 15 s', status: 408, problem: 'request-timeout' },
  lengthAndChunks: {
    situation: 'both `Content-Length` and `Transfer-Encoding`',
    ...invalid,
    headers: { connection: '^close$' },
  },
  badChunks: { situation: 'chunks that are none', ...invalid, headers: { connection: '^close$' } },
} as const satisfies Record<string, Row>;

export const edgeRows = {
  userHeader: { situation: '`X-User-Id` from a client', ...ignored },
  forwardedHeaders: { situation: '`X-Forwarded-Host`, `-Proto`, `-Prefix` and `Forwarded` from a client', ...ignored },
  originalUrl: { situation: '`X-Original-URL` and `X-Rewrite-URL` from a client', ...ignored },
  methodOverride: { situation: '`X-HTTP-Method-Override` from a client', ...ignored },
  allowedOrigin: {
    situation: 'a page of an allowed origin asks (CORS)',
    status: 200,
    headers: { 'access-control-allow-origin': '^https://shop[.]example$', vary: '[Oo]rigin' },
  },
  otherOrigin: { situation: 'a page of another origin asks', status: 200, also: 'no `Access-Control-Allow-Origin`' },
  metrics: { situation: '`/metrics` from outside', ...nothingThere },
  ready: { situation: '`/ready` from outside', ...nothingThere },
  pprof: { situation: '`/debug/pprof` from outside', ...nothingThere },
  internal: { situation: '`/internal/revoked-sessions` from outside', ...nothingThere },
} as const satisfies Record<string, Row>;

export const limitRows = {
  tooManyFailures: { situation: 'a right password after 5 wrong ones for the account from this address', ...limited },
  notLockedOut: { situation: 'the same account from another address', status: 201 },
  tooManyLogins: { situation: 'more than 20 logins a minute from one address', ...limited },
  tooManyRegistrations: { situation: 'more than 10 registrations an hour from one address', ...limited },
  tooManyCheckouts: { situation: 'more than 10 orders a minute of one user', ...limited },
  tooManyOfUser: { situation: 'more than 120 requests a minute of one user', ...limited },
  tooManyOfAddress: { situation: 'more than 300 requests a minute from one address', ...limited },
  spoofedAddress: { situation: 'the same with `X-Forwarded-For` made up by the client', ...limited },
  tooManyDeclines: {
    situation: 'an order after 5 declined ones within an hour',
    ...limited,
    headers: { 'retry-after': String.raw`^\d+$` },
  },
  dependencyDown: {
    situation: 'a service behind the gateway is down',
    status: 503,
    problem: 'overloaded',
    headers: { 'retry-after': String.raw`^\d+$` },
  },
  dependencySlow: {
    situation: 'a service behind the gateway does not answer',
    status: 504,
    problem: 'upstream-timeout',
  },
} as const satisfies Record<string, Row>;

export const sessionRows = {
  wrongPassword: { situation: 'a login with a wrong password', status: 401, problem: 'unauthenticated' },
  unknownUser: {
    situation: 'a login of somebody unknown',
    status: 401,
    problem: 'unauthenticated',
    also: 'the same body as for a wrong password',
  },
  knownEmail: { situation: 'an e-mail is registered again', status: 202, also: 'the same answer as for a new one' },
  refresh: { situation: 'a refresh token is used', status: 200, also: 'a new pair' },
  refreshReused: {
    situation: 'a refresh token is used again',
    status: 401,
    problem: 'unauthenticated',
    also: 'the session has ended: the newest refresh token is dead too',
  },
  accessAsRefresh: { situation: 'an access token as refresh token', status: 401, problem: 'unauthenticated' },
  logout: {
    situation: 'somebody logs out',
    status: 204,
    also: 'the refresh token is dead at once, the access token within 5 s',
  },
  webhookUnsigned: { situation: 'an event of the provider without signature', status: 401, problem: 'unauthenticated' },
  webhookForged: {
    situation: 'an event of the provider with a wrong signature',
    status: 401,
    problem: 'unauthenticated',
  },
  webhookOld: { situation: 'an event of the provider, signed 301 s ago', status: 401, problem: 'unauthenticated' },
  webhookReplayed: { situation: 'an event of the provider, told again', status: 200, also: 'no effect' },
} as const satisfies Record<string, Row>;

export const rows = {
  ...tokenRows,
  ...accessRows,
  ...orderRows,
  ...requestRows,
  ...edgeRows,
  ...limitRows,
  ...sessionRows,
};
