import { Injectable } from '@nestjs/common';
import { Periodic } from '@towpath/health';

import { InboxRepository } from './inbox.repository.ts';
import { MessagingConfig } from './messaging.config.ts';
import { OutboxRepository } from './outbox.repository.ts';

const atOnce = 1_000;

/** Forgets, once an hour and in small steps, what was sent and handled long ago. */
@Injectable()
export class Housekeeping extends Periodic {
  constructor(outbox: OutboxRepository, inbox: InboxRepository, config: MessagingConfig) {
    super('message housekeeping', { everyMs: 3_600_000, jitter: 0.1 }, async () => {
      await untilFew(() => outbox.forget(config.outboxKeptMs, atOnce));
      await untilFew(() => inbox.forget(config.inboxKeptDays, atOnce));
    });
  }
}

async function untilFew(forget: () => Promise<number>): Promise<void> {
  while ((await forget()) === atOnce);
}
