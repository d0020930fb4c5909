import { Injectable } from '@nestjs/common';
import { AuthConfig } from '@towpath/auth';
import { Lifecycle } from '@towpath/health';
import { type TracedPool, tracedPool } from '@towpath/tracing';

import { type EndedSession, endedSessions } from './ended-sessions.ts';

const path = '/internal/revoked-sessions';
const timeoutMs = 2_000;
const maxResponseBytes = 16 * 1024 * 1024;

/** Asks the user service which sessions have ended. */
@Injectable()
export class SessionsOfUserService {
  private readonly userService: TracedPool;

  constructor({ userUrl }: AuthConfig, lifecycle: Lifecycle) {
    this.userService = tracedPool(new URL(userUrl).origin, { connections: 1, maxResponseBytes });
    lifecycle.closing('connection for ended sessions', () => this.userService.close());
  }

  /** @throws Error when it does not answer in time with a list */
  async ended(): Promise<EndedSession[]> {
    const signal = AbortSignal.timeout(timeoutMs);
    const { statusCode, body } = await this.userService.request({ method: 'GET', path, route: path, signal });
    if (statusCode === 200) return endedSessions(await body.json());
    await body.dump();
    throw new Error(`The user service answered ${statusCode} to GET ${path}.`);
  }
}
