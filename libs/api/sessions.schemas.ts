import { z } from 'zod';

import { pageOf } from './page.schemas.ts';
import { exactText, id, moment } from './text.ts';
import { anyPassword, email } from './users.schemas.ts';

export const logInRequest = z.strictObject({ email, password: anyPassword }).meta({ id: 'LogIn' });
export type LogInRequest = z.infer<typeof logInRequest>;

const refreshTokenExample = 'an-example-an-example-an-example-an-example';

/** Any text may be tried, another kind of token too: what is not a refresh token of ours is 401, whatever its shape. */
export const refreshSessionRequest = z
  .strictObject({ refreshToken: exactText(1, 4096).meta({ example: refreshTokenExample }) })
  .meta({ id: 'RefreshSession' });

/** What a session is called in the list of them; cut, not refused. */
export const clientHeaders = z.object({
  'user-agent': z
    .string()
    .overwrite((value) => value.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 200))
    .meta({ example: 'curl/8.5.0' })
    .optional(),
});

export const sessionSchema = z
  .strictObject({
    accessToken: z.string().meta({ example: 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl' }),
    tokenType: z.literal('Bearer'),
    expiresInSeconds: z.int().meta({ example: 600 }),
    sessionId: id,
    refreshToken: z.string().meta({ description: 'good for one use', example: refreshTokenExample }),
  })
  .meta({ id: 'Session' });
export type SessionResponse = z.infer<typeof sessionSchema>;

export const openSessionSchema = z
  .strictObject({
    id,
    createdAt: moment,
    lastUsedAt: moment,
    userAgent: z.string().nullable().meta({ example: 'curl/8.5.0' }),
    current: z.boolean().meta({ description: 'the one that asks', example: true }),
  })
  .meta({ id: 'OpenSession' });

export const openSessionPage = pageOf(openSessionSchema);
