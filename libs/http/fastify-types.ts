import type { Route } from '@towpath/api';
import type { User } from '@towpath/auth';

declare module 'fastify' {
  interface FastifyRequest {
    /** What `validateRequest` let through. */
    input?: unknown;
    user?: User;
    /** The body as it arrived. */
    bytes?: Buffer;
  }
  interface FastifyContextConfig {
    route?: Route;
  }
}
