import { newId, type Transaction } from '@towpath/database';

import type { Envelope } from './envelope.ts';
import type { Cursor } from './gate.ts';
import { InboxRepository } from './inbox.repository.ts';

type Repository = new (...parts: ConstructorParameters<typeof InboxRepository>) => InboxRepository;

/** Every delivery is noted under an id of its own, so that none is known again. */
export const withoutInbox = (Inbox: Repository): Repository =>
  class extends Inbox {
    override note(tx: Transaction, envelope: Envelope): Promise<boolean> {
      return super.note(tx, { ...envelope, id: newId() });
    }
  };

/** Every message is the next one of its stream, and waits for no other. */
export const withoutVersionGate = (Inbox: Repository): Repository =>
  class extends Inbox {
    override async lock(_tx: Transaction, { aggregateversion }: Envelope): Promise<Cursor> {
      return { version: aggregateversion - 1, blocked: false };
    }
  };
