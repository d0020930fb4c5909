import { Injectable } from '@nestjs/common';
import { type Access, needsLogin } from '@towpath/api';
import { DomainError } from '@towpath/errors';

import { AccessTokens } from './access-tokens.ts';
import { unauthenticated } from './unauthenticated.ts';
import type { User } from './user.ts';

const bearer = /^Bearer ([\w.~+/=-]+)$/i;

/** Decides who gets in: behind the guard of every route, and at the gateway. */
@Injectable()
export class AccessControl {
  constructor(private readonly tokens: AccessTokens) {}

  /**
   * The user that the `Authorization` header speaks for; undefined where no token is asked for, with or without one.
   * @throws DomainError `unauthenticated`, or `forbidden` when the role is missing; Unavailable
   */
  async admit(authorization: string | undefined, access: Access): Promise<User | undefined> {
    if (!needsLogin(access)) return undefined;
    const [, token] = bearer.exec(authorization ?? '') ?? [];
    if (!token) throw unauthenticated();
    const user = await this.tokens.verify(token);
    if (access === 'admin' && !user.roles.includes('admin')) {
      throw new DomainError('forbidden', 'This operation needs the role admin.');
    }
    return user;
  }
}
