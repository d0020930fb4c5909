import { Injectable } from '@nestjs/common';
import { Lifecycle, Periodic } from '@towpath/health';

import { SessionRepository } from './session.repository.ts';

const atOnce = 1_000;

/** Forgets, once an hour and in small steps, the sessions that have expired. */
@Injectable()
export class SessionHousekeeping extends Periodic {
  constructor(sessions: SessionRepository, lifecycle: Lifecycle) {
    super('session housekeeping', { everyMs: 3_600_000, jitter: 0.1, inEveryRole: true }, async () => {
      while ((await sessions.forgetExpired(atOnce)) > 0);
    });
    lifecycle.background(this);
  }
}
