import { createParamDecorator, type ExecutionContext } from '@nestjs/common';

import type { User } from './user.ts';

/** The {@link User} who calls. @throws Error on a route that anyone may call */
export const CurrentUser = createParamDecorator((_: unknown, context: ExecutionContext): User => {
  const { user } = context.switchToHttp().getRequest<{ readonly user?: User }>();
  if (!user)
    throw new Error(`${context.getClass().name}.${context.getHandler().name} asks for a user but lets anyone in`);
  return user;
});
