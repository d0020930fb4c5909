import { z } from 'zod';

import { orderSchema } from './orders.schemas.ts';
import { exactText, id, moment, text } from './text.ts';

const ada = 'ada@example.org';
const passwordExample = 'correct horse battery staple';

/** E-mail address, in lower case from here on. */
export const email = z.string().max(254, { abort: true }).check(z.email()).toLowerCase().meta({ example: ada });

const newPassword = exactText(12, 128).meta({ example: passwordExample });

/** What is compared may be any password that could be one; rules hold for new ones. */
export const anyPassword = exactText(1, 128).meta({ example: passwordExample });

export const registerRequest = z
  .strictObject({ email, password: newPassword, name: text(1, 100).meta({ example: 'Ada' }) })
  .meta({ id: 'Register' });
export type RegisterRequest = z.infer<typeof registerRequest>;

export const userSchema = z
  .strictObject({
    id,
    email: z.string().meta({ example: ada }),
    name: z.string().meta({ example: 'Ada' }),
    roles: z.array(z.enum(['customer', 'admin'])),
    createdAt: moment,
  })
  .meta({ id: 'User' });
export type UserResponse = z.infer<typeof userSchema>;

export const changePasswordRequest = z
  .strictObject({ currentPassword: anyPassword, newPassword })
  .meta({ id: 'ChangePassword' });
export type ChangePasswordRequest = z.infer<typeof changePasswordRequest>;

export const eraseMeRequest = z.strictObject({ password: anyPassword }).meta({ id: 'EraseMe' });

/** All that the shop knows of a person. */
export const userArchiveSchema = z
  .strictObject({
    user: userSchema,
    sessions: z.array(
      z.strictObject({
        id,
        createdAt: moment,
        lastUsedAt: moment,
        endedAt: moment.nullable().meta({ example: null }),
        userAgent: z.string().nullable().meta({ example: 'curl/8.5.0' }),
      }),
    ),
    events: z
      .array(z.strictObject({ at: moment, action: z.string().meta({ example: 'session.opened' }) }))
      .describe('what was noted for security'),
    orders: z.array(orderSchema),
  })
  .meta({ id: 'UserArchive' });
export type UserArchiveResponse = z.infer<typeof userArchiveSchema>;
