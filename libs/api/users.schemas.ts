import { z } from 'zod';

import { exactText, id, moment, text } from './text.ts';

/** E-mail address, in lower case from here on. */
export const email = z.string().max(254, { abort: true }).check(z.email()).toLowerCase();

export const registerRequest = z.strictObject({ email, password: exactText(12, 128), name: text(1, 100) });
export type RegisterRequest = z.infer<typeof registerRequest>;

export const userSchema = z.strictObject({
  id,
  email: z.string(),
  name: z.string(),
  roles: z.array(z.enum(['customer', 'admin'])),
  createdAt: moment,
});
export type UserResponse = z.infer<typeof userSchema>;
