import {
  applyDecorators,
  type CanActivate,
  createParamDecorator,
  type ExecutionContext,
  Injectable,
  UseGuards,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Access } from '@towpath/api';

import { AccessControl } from './access-control.ts';
import type { User } from './user.ts';

interface Request {
  readonly headers: { readonly authorization?: string };
  user?: User;
}

const NeededAccess = Reflector.createDecorator<Access>();

/** Lets a request through to a handler only with the access that {@link RequireAccess} asks for. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly control: AccessControl,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    const needed = this.reflector.get(NeededAccess, context.getHandler());
    request.user = await this.control.admit(request.headers.authorization, needed);
    return true;
  }
}

/** Says on a controller's method who may call it. Needs {@link AuthModule}, unless that is anyone. */
export function RequireAccess(access: Access): MethodDecorator {
  return access === 'anyone' ? applyDecorators() : applyDecorators(NeededAccess(access), UseGuards(AccessGuard));
}

/** The {@link User} who calls. @throws Error on a route that anyone may call */
export const CurrentUser = createParamDecorator((_: unknown, context: ExecutionContext): User => {
  const { user } = context.switchToHttp().getRequest<Request>();
  if (!user) throw new Error(`${context.getClass().name}.${context.getHandler().name} asks for a user but lets anyone in`);
  return user;
});
