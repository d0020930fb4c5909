import type { FactoryProvider, Provider } from '@nestjs/common';
import { ServiceIdentity } from '@towpath/config';
import { Database } from '@towpath/database';
import { type Guard, isRemoved } from '@towpath/failpoints';

import { provideDeliveries } from './delivery.provider.ts';
import { InboxRepository } from './inbox.repository.ts';
import { OutboxRepository } from './outbox.repository.ts';
import { Outbox } from './outbox.ts';
import { OutboxSignal } from './outbox-signal.ts';
import { RelaySettings } from './relay.settings.ts';
import {
  withoutCommitBeforeAck,
  withoutFlag,
  withoutInbox,
  withoutMarkAfterAck,
  withoutRelay,
  withoutVersionGate,
} from './removed-guards.ts';
import { Transport } from './transport.ts';
import { TakenMessages } from './without-outbox.repository.ts';
import { WithoutOutbox } from './without-outbox.ts';

/** What others do instead of each guard that is taken out. */
export function withoutGuards(transport: FactoryProvider<Transport>): Provider[] {
  return [
    changed(transport, {
      'mark-after-ack': withoutMarkAfterAck,
      'commit-before-ack': withoutCommitBeforeAck,
    }),
    changed(provideDeliveries, { outbox: withoutRelay, 'select-by-flag': withoutFlag }),
    changed(provideInbox, { inbox: withoutInbox, 'version-gate': withoutVersionGate }),
    provideOutbox,
  ];
}

const provideInbox: FactoryProvider<InboxRepository> = {
  provide: InboxRepository,
  inject: [Database, ServiceIdentity],
  useFactory: (database: Database, identity: ServiceIdentity) => new InboxRepository(database, identity),
};

const provideOutbox: FactoryProvider<Outbox> = {
  provide: Outbox,
  inject: [Transport, RelaySettings, Database, OutboxRepository, OutboxSignal, ServiceIdentity],
  useFactory: (transport: Transport, settings: RelaySettings, database: Database, ...parts: OutboxParts) =>
    isRemoved('outbox')
      ? new WithoutOutbox({ transport, settings, messages: new TakenMessages(database) }, ...parts)
      : new Outbox(...parts),
};

type OutboxParts = ConstructorParameters<typeof Outbox>;

function changed<T>(provider: FactoryProvider<T>, changes: Partial<Record<Guard, (made: T) => T>>): FactoryProvider<T> {
  return {
    ...provider,
    useFactory: async (...parts: unknown[]) => {
      let made: T = await provider.useFactory(...parts);
      for (const [guard, change] of Object.entries(changes)) if (isRemoved(guard as Guard)) made = change(made);
      return made;
    },
  };
}
