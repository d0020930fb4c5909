import { z } from 'zod';

import { pageOf } from './page.schemas.ts';
import { exactText, id, moment } from './text.ts';
import { email } from './users.schemas.ts';

/** The password's rules are those of registration; here any that could be one is compared. */
export const logInRequest = z.strictObject({ email, password: exactText(1, 128) });
export type LogInRequest = z.infer<typeof logInRequest>;

/** Of 256 random bits. */
export const refreshSessionRequest = z.strictObject({
  refreshToken: z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'must be the refreshToken of the last answer'),
});
export type RefreshSessionRequest = z.infer<typeof refreshSessionRequest>;

/** What a session is called in the list of them; cut, not refused. */
export const clientHeaders = z.object({
  'user-agent': z
    .string()
    .overwrite((value) => value.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 200))
    .optional(),
});

export const sessionSchema = z.strictObject({
  accessToken: z.string(),
  tokenType: z.literal('Bearer'),
  expiresInSeconds: z.int(),
  sessionId: id,
  refreshToken: z.string().describe('good for one use'),
});
export type SessionResponse = z.infer<typeof sessionSchema>;

export const openSessionSchema = z.strictObject({
  id,
  createdAt: moment,
  lastUsedAt: moment,
  userAgent: z.string().nullable(),
  current: z.boolean().describe('the one that asks'),
});
export type OpenSessionResponse = z.infer<typeof openSessionSchema>;

export const openSessionPage = pageOf(openSessionSchema);
