import { z } from 'zod';

import { defineRoute, noContent } from './route.ts';
import {
  changePasswordRequest,
  eraseMeRequest,
  registerRequest,
  userArchiveSchema,
  userSchema,
} from './users.schemas.ts';

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

export const changePassword = defineRoute({
  name: 'changePassword',
  method: 'PUT',
  path: '/v1/me/password',
  service: 'user',
  access: 'user',
  summary: 'Change your password. Every other session ends.',
  body: changePasswordRequest,
  bodyLimit: credentialsBodyLimit,
  answers: { 204: noContent },
  problems: ['wrong-password'],
});

export const exportMe = defineRoute({
  name: 'exportMe',
  method: 'GET',
  path: '/v1/me/export',
  service: 'user',
  access: 'user',
  summary: 'All that the shop knows of you.',
  answers: { 200: userArchiveSchema },
  problems: [],
});

export const eraseMe = defineRoute({
  name: 'eraseMe',
  method: 'DELETE',
  path: '/v1/me',
  service: 'user',
  access: 'user',
  summary: 'Be forgotten. What you bought stays in the books, without you. The last admin has to stay.',
  body: eraseMeRequest,
  bodyLimit: credentialsBodyLimit,
  answers: { 202: z.strictObject({}) },
  problems: ['wrong-password', 'illegal-state'],
});
