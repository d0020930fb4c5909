import type { FactoryProvider, Provider } from '@nestjs/common';
import { ServiceIdentity } from '@towpath/config';
import { Database } from '@towpath/database';
import { type Guard, isRemoved } from '@towpath/failpoints';

import { provideDeliveries } from './delivery.provider.ts';
import type { DeliveryRepository } from './delivery.repository.ts';
import { InboxRepository } from './inbox.repository.ts';
import { OutboxRepository } from './outbox.repository.ts';
import { Outbox } from './outbox.ts';
import { OutboxSignal } from './outbox-signal.ts';
import { RelaySettings } from './relay.settings.ts';
import { provideTransport } from './transport.provider.ts';
import { Transport } from './transport.ts';
import { WithoutCommitBeforeAck, WithoutMarkAfterAck } from './without-acknowledgements.ts';
import { withoutFlag } from './without-flag.ts';
import { withoutInbox, withoutVersionGate } from './without-inbox.ts';
import { nothingDue, WithoutOutbox } from './without-outbox.ts';

/** In a test build, what others do instead takes the place of each guard that is taken out. Later providers win. */
export function withoutGuards(): Provider[] {
  return [
    changed(provideTransport, {
      'mark-after-ack': (transport: Transport) => new WithoutMarkAfterAck(transport),
      'commit-before-ack': (transport: Transport) => new WithoutCommitBeforeAck(transport),
    }),
    changed(provideDeliveries, { outbox: nothingDue, 'select-by-flag': withoutFlag }),
    { provide: InboxRepository, useClass: inboxWithout() },
    ...(isRemoved('outbox') ? [withoutOutbox] : []),
  ];
}

const withoutOutbox: FactoryProvider<Outbox> = {
  provide: Outbox,
  inject: [Transport, RelaySettings, Database, OutboxRepository, OutboxSignal, ServiceIdentity],
  useFactory: (
    transport: Transport,
    settings: RelaySettings,
    database: Database,
    ...parts: ConstructorParameters<typeof Outbox>
  ) => new WithoutOutbox({ transport, settings, database }, ...parts),
};

function inboxWithout(): typeof InboxRepository {
  const Inbox = isRemoved('inbox') ? withoutInbox(InboxRepository) : InboxRepository;
  return isRemoved('version-gate') ? withoutVersionGate(Inbox) : Inbox;
}
