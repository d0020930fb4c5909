import { setTimeout as wait } from 'node:timers/promises';

import { Injectable, Logger } from '@nestjs/common';
import { RevokedSessions, revokedSessionsChannel } from '@towpath/auth';
import { Unavailable } from '@towpath/errors';
import { Lifecycle, Periodic } from '@towpath/health';
import { Metrics } from '@towpath/metrics';
import { Redis } from '@towpath/redis';

import { endedSession, EndedSessions } from './ended-sessions.ts';
import { SessionsConfig } from './sessions.config.ts';
import { SessionsOfUserService } from './sessions-of-user-service.ts';

/** How often it is looked whether it is time to ask; also how soon a failed request is sent again. */
const lookEveryMs = 250;
const firstEveryMs = 100;

/**
 * The sessions that have ended, as the user service lists them, asked for every few seconds. Redis, where there is one, tells of each
 * a moment after it has ended; nothing depends on that. With no list of the last minute nobody is let in.
 */
@Injectable()
export class RefusedSessions extends RevokedSessions {
  private readonly logger = new Logger(RefusedSessions.name);
  private readonly sessions = new EndedSessions();
  private readonly asking: Periodic;
  private listedAt = -Infinity;
  private nextAt = -Infinity;
  private isFailing = false;
  private isStopping = false;

  constructor(
    private readonly config: SessionsConfig,
    private readonly userService: SessionsOfUserService,
    lifecycle: Lifecycle,
    redis: Redis,
    metrics: Metrics,
  ) {
    super();
    this.asking = new Periodic('ended sessions', { everyMs: lookEveryMs }, () => this.askWhenDue());
    lifecycle.background({
      name: 'ended sessions',
      inEveryRole: true,
      start: () => this.start(),
      stop: () => this.stop(),
    });
    redis.subscribe(revokedSessionsChannel, { message: (text) => this.hear(text), there: () => this.askNow() });
    metrics.lookedUp('revoked_sessions', 'Sessions whose tokens are refused', () => this.sessions.size);
    metrics.lookedUp('revoked_sessions_age_seconds', 'Since the last list of them', () => this.ageMs / 1_000);
  }

  override isRevoked(sessionId: string): boolean {
    if (this.ageMs > this.config.revokedSessionsUsableMs)
      throw new Unavailable('It is not known whether the session has ended.');
    return this.sessions.has(sessionId);
  }

  /** As of when it was asked for, not of when it came. */
  private get ageMs(): number {
    return performance.now() - this.listedAt;
  }

  /** So that whoever comes first is let in, also where all services start together; what needs no token does not wait for ever. */
  private async start(): Promise<void> {
    const giveUpAt = performance.now() + this.config.revokedSessionsFirstWithinMs;
    await this.askWhenDue();
    while (this.listedAt === -Infinity && !this.isStopping && performance.now() < giveUpAt) {
      await wait(firstEveryMs);
      await this.askWhenDue();
    }
    this.asking.start();
  }

  private async stop(): Promise<void> {
    this.isStopping = true;
    await this.asking.stop();
  }

  private askNow(): void {
    this.nextAt = -Infinity;
    this.asking.wake();
  }

  private async askWhenDue(): Promise<void> {
    const askedAt = performance.now();
    if (askedAt < this.nextAt) return;
    try {
      this.sessions.list(await this.userService.ended());
      this.listedAt = askedAt;
      this.nextAt = askedAt + this.config.revokedSessionsEveryMs;
      this.isFailing = false;
    } catch (err) {
      if (!this.isFailing) this.logger.warn({ msg: 'Not told which sessions have ended, asking on', err });
      this.isFailing = true;
    }
  }

  private hear(text: string): void {
    try {
      this.sessions.hear(endedSession(JSON.parse(text)));
    } catch {
      // Not from the user service, and the list tells what there is to know.
    }
  }
}
