import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { User } from '@towpath/auth';

import { SessionEnded } from './session.errors.ts';
import { SessionRepository } from './session.repository.ts';

/** Here a token is dead with its session: this service need not wait to be told. */
@Injectable()
export class SessionGuard implements CanActivate {
  constructor(private readonly sessions: SessionRepository) {}

  /** @throws SessionEnded */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { user } = context.switchToHttp().getRequest<{ readonly user?: User }>();
    if (user && !(await this.sessions.isGoingOn(user))) throw new SessionEnded();
    return true;
  }
}
