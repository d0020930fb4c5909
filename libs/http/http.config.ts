import { setting, Settings } from '@towpath/config';

/** Which clients may call, and how long they may take. */
export class HttpConfig extends Settings({
  corsOrigins: setting.origins({ optional: true, meaning: 'whose web pages may call it from a browser (CORS)' }),
  headersTimeoutMs: setting.durationMs({
    min: 1,
    default: 10_000,
    meaning: 'until all headers of a request are there',
  }),
  requestTimeoutMs: setting.durationMs({ min: 1, default: 15_000, meaning: 'until a whole request is there' }),
  stallTimeoutMs: setting.durationMs({
    min: 1,
    default: 30_000,
    meaning: 'how long a client that is being answered may take nothing in, before it is cut off',
  }),
  keepAliveTimeoutMs: setting.durationMs({
    default: 65_000,
    meaning: 'how long an idle connection is kept; longer than a proxy keeps it',
  }),
}) {}
