import { z } from 'zod';

import { defineRoute } from './route.ts';
import { registerRequest, userSchema } from './users.schemas.ts';

/** Where passwords are sent, in bytes. */
export const credentialsBodyLimit = 16 * 1024;

export const register = defineRoute({
  name: 'register',
  method: 'POST',
  path: '/v1/users',
  service: 'user',
  access: 'anyone',
  summary: 'Register. The answer is the same for an address that is registered already.',
  body: registerRequest,
  bodyLimit: credentialsBodyLimit,
  answers: { 202: z.strictObject({}) },
  problems: [],
});

export const readMe = defineRoute({
  name: 'readMe',
  method: 'GET',
  path: '/v1/me',
  service: 'user',
  access: 'user',
  summary: 'Who is logged in.',
  answers: { 200: userSchema },
  problems: [],
});
