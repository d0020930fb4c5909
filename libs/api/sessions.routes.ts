import { defineRoute } from './route.ts';
import { logInRequest, sessionSchema } from './sessions.schemas.ts';
import { credentialsBodyLimit } from './users.routes.ts';

export const logIn = defineRoute({
  name: 'logIn',
  method: 'POST',
  path: '/v1/sessions',
  service: 'user',
  access: 'anyone',
  summary: 'Log in: an access token for e-mail and password.',
  body: logInRequest,
  bodyLimit: credentialsBodyLimit,
  answers: { 201: sessionSchema },
  problems: ['unauthenticated'],
});
