import { z } from 'zod';

import { exactText, id } from './text.ts';
import { email } from './users.schemas.ts';

/** The password's rules are those of registration; here any that could be one is compared. */
export const logInRequest = z.strictObject({ email, password: exactText(1, 128) });
export type LogInRequest = z.infer<typeof logInRequest>;

export const sessionSchema = z.strictObject({
  accessToken: z.string(),
  tokenType: z.literal('Bearer'),
  expiresInSeconds: z.int(),
  sessionId: id,
});
export type SessionResponse = z.infer<typeof sessionSchema>;
