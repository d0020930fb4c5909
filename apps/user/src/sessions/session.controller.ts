import { Controller } from '@nestjs/common';
import {
  type AnswerOf,
  endCurrentSession,
  endSession,
  idOfCursor,
  type InputOf,
  listSessions,
  logIn,
  refreshSession,
  toPage,
} from '@towpath/api';
import { CurrentUser, type User } from '@towpath/auth';
import { Input, Route } from '@towpath/http';

import { EndSession } from './end-session.use-case.ts';
import { LogIn } from './log-in.use-case.ts';
import { RefreshSession } from './refresh-session.use-case.ts';
import { SessionEnded, SessionNotFound } from './session.errors.ts';
import { SessionRepository } from './session.repository.ts';

@Controller()
export class SessionController {
  constructor(
    private readonly logIn: LogIn,
    private readonly refreshing: RefreshSession,
    private readonly ending: EndSession,
    private readonly sessions: SessionRepository,
  ) {}

  @Route(logIn)
  open(@Input() { body, headers }: InputOf<typeof logIn>): Promise<AnswerOf<typeof logIn>> {
    return this.logIn.execute(body, headers['user-agent']);
  }

  @Route(refreshSession)
  refresh(@Input() { body, headers }: InputOf<typeof refreshSession>): Promise<AnswerOf<typeof refreshSession>> {
    return this.refreshing.execute(body.refreshToken, headers['user-agent']);
  }

  @Route(listSessions)
  async list(@Input() { query: { cursor, limit } }: InputOf<typeof listSessions>, @CurrentUser() user: User) {
    const open = await this.sessions.page(user.id, { after: cursor && idOfCursor(cursor), limit: limit + 1 });
    const items = open.map(({ id, createdAt, lastUsedAt, userAgent }) => ({
      id,
      createdAt: createdAt.toISOString(),
      lastUsedAt: lastUsedAt.toISOString(),
      userAgent,
      current: id === user.sessionId,
    }));
    return toPage(items, limit);
  }

  @Route(endCurrentSession)
  async endCurrent(@CurrentUser() user: User): Promise<undefined> {
    if (!(await this.ending.execute(user.sessionId, user.id))) throw new SessionEnded();
  }

  @Route(endSession)
  async end(@Input() { params }: InputOf<typeof endSession>, @CurrentUser() user: User): Promise<undefined> {
    if (!(await this.ending.execute(params.id, user.id))) throw new SessionNotFound();
  }
}
