import { Injectable } from '@nestjs/common';
import { revokedSessionsChannel } from '@towpath/auth';
import { Redis } from '@towpath/redis';

import { type EndedSession, SessionRepository } from './session.repository.ts';

/** A session whose access tokens must be refused, until none of them can live any more. */
export interface Revocation {
  readonly id: string;
  readonly until: string;
}

/** The longest life of an access token (user.config.ts), 30 s of leeway where it is verified, and a minute for clocks that differ. */
const listedMs = 600_000 + 30_000 + 60_000;

/** Tells those who verify access tokens which sessions have ended. */
@Injectable()
export class Revocations {
  constructor(
    private readonly sessions: SessionRepository,
    private readonly redis: Redis,
  ) {}

  /** At once, to who listens. Whom it does not reach, because Redis is away, learns it from the list within seconds. */
  announce(ended: readonly EndedSession[]): void {
    const texts = ended.map((session) => JSON.stringify(revocationOf(session)));
    if (texts.length === 0) return;
    const published = this.redis.use((client) =>
      Promise.all(texts.map((text) => client.publish(revokedSessionsChannel, text))),
    );
    // Redis itself says in the log when it comes and goes.
    published.catch(() => undefined);
  }

  async list(): Promise<Revocation[]> {
    return (await this.sessions.endedWithin(listedMs)).map(revocationOf);
  }
}

function revocationOf({ id, lastUsedAt }: EndedSession): Revocation {
  return { id, until: new Date(lastUsedAt.getTime() + listedMs).toISOString() };
}
