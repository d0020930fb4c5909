import { z } from 'zod';

import { orderSchema } from './orders.schemas.ts';
import { exactText, id, moment, text } from './text.ts';

/** E-mail address, in lower case from here on. */
export const email = z.string().max(254, { abort: true }).check(z.email()).toLowerCase();

const newPassword = exactText(12, 128);

export const registerRequest = z.strictObject({ email, password: newPassword, name: text(1, 100) });
export type RegisterRequest = z.infer<typeof registerRequest>;

export const userSchema = z.strictObject({
  id,
  email: z.string(),
  name: z.string(),
  roles: z.array(z.enum(['customer', 'admin'])),
  createdAt: moment,
});
export type UserResponse = z.infer<typeof userSchema>;

/** What is compared may be any password that could be one; rules hold for new ones. */
export const changePasswordRequest = z.strictObject({ currentPassword: exactText(1, 128), newPassword });
export type ChangePasswordRequest = z.infer<typeof changePasswordRequest>;

export const eraseMeRequest = z.strictObject({ password: exactText(1, 128) });

/** All that the shop knows of a person. */
export const userArchiveSchema = z.strictObject({
  user: userSchema,
  sessions: z.array(
    z.strictObject({
      id,
      createdAt: moment,
      lastUsedAt: moment,
      endedAt: moment.nullable(),
      userAgent: z.string().nullable(),
    }),
  ),
  events: z.array(z.strictObject({ at: moment, action: z.string() })).describe('what was noted for security'),
  orders: z.array(orderSchema),
});
export type UserArchiveResponse = z.infer<typeof userArchiveSchema>;
