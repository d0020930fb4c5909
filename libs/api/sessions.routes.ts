import { pageQuery } from './page.schemas.ts';
import { defineRoute, noContent } from './route.ts';
import {
  clientHeaders,
  logInRequest,
  openSessionPage,
  refreshSessionRequest,
  sessionSchema,
} from './sessions.schemas.ts';
import { idParams } from './text.ts';
import { credentialsBodyLimit } from './users.routes.ts';

export const logIn = defineRoute({
  name: 'logIn',
  method: 'POST',
  path: '/v1/sessions',
  service: 'user',
  access: 'anyone',
  summary: 'Log in: an access token, and a refresh token, for e-mail and password.',
  headers: clientHeaders,
  body: logInRequest,
  bodyLimit: credentialsBodyLimit,
  answers: { 201: sessionSchema },
  problems: ['unauthenticated'],
});

export const refreshSession = defineRoute({
  name: 'refreshSession',
  method: 'POST',
  path: '/v1/sessions/refresh',
  service: 'user',
  access: 'anyone',
  summary: 'New tokens for a refresh token, which is good for one use: used twice, its session ends.',
  headers: clientHeaders,
  body: refreshSessionRequest,
  bodyLimit: credentialsBodyLimit,
  answers: { 200: sessionSchema },
  problems: ['unauthenticated'],
});

export const listSessions = defineRoute({
  name: 'listSessions',
  method: 'GET',
  path: '/v1/sessions',
  service: 'user',
  access: 'user',
  summary: 'Where you are logged in, newest first.',
  query: pageQuery,
  answers: { 200: openSessionPage },
  problems: [],
});

export const endCurrentSession = defineRoute({
  name: 'endCurrentSession',
  method: 'DELETE',
  path: '/v1/sessions/current',
  service: 'user',
  access: 'user',
  summary: 'Log out: its refresh token is dead at once, its access token within seconds.',
  answers: { 204: noContent },
  problems: [],
});

export const endSession = defineRoute({
  name: 'endSession',
  method: 'DELETE',
  path: '/v1/sessions/{id}',
  service: 'user',
  access: 'user',
  summary: 'Log out somewhere else.',
  params: idParams,
  answers: { 204: noContent },
  problems: ['not-found'],
});
