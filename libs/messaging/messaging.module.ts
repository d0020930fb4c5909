import { Global, Module, type OnModuleInit } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { AuditModule } from '@towpath/audit';
import { provideSettings } from '@towpath/config';
import { Lifecycle } from '@towpath/health';

import { AdminListsController } from './admin-lists.controller.ts';
import { Anomalies } from './anomaly.repository.ts';
import { DeadLetterRepository } from './dead-letter.repository.ts';
import { deadLettersCommand } from './dead-letters.command.ts';
import { DeadLetters } from './dead-letters.ts';
import { provideDeliveries } from './delivery.provider.ts';
import { DirectConfig } from './direct.config.ts';
import { Handling } from './handling.ts';
import { Housekeeping } from './housekeeping.ts';
import { InboxRepository } from './inbox.repository.ts';
import { Inbox, InboxParts } from './inbox.ts';
import { KafkaConfig } from './kafka.config.ts';
import { MessageMetrics } from './message-metrics.ts';
import { MessagingConfig } from './messaging.config.ts';
import { messagingMigrations } from './messaging.tables.ts';
import { OutboxRepository } from './outbox.repository.ts';
import { Outbox } from './outbox.ts';
import { OutboxSignal } from './outbox-signal.ts';
import { Receiver } from './receiver.ts';
import { provideRelaySettings } from './relay.settings.ts';
import { Relay, Sending } from './relay.ts';
import { Subscriptions } from './subscriptions.ts';
import { testBuild } from './test-build.ts';
import { topicsCommand } from './topics.command.ts';
import { ProcessParts, provideTransport, TransportParts } from './transport.provider.ts';
import { Understanding } from './understanding.ts';

const sending = [Outbox, OutboxRepository, OutboxSignal, Relay, Sending, provideRelaySettings, provideDeliveries];
const carrying = [
  provideSettings(DirectConfig),
  provideSettings(KafkaConfig),
  ProcessParts,
  TransportParts,
  provideTransport,
];
const receiving = [Receiver, Inbox, InboxParts, InboxRepository, Handling, Understanding, Subscriptions];

/**
 * Gives a service its outbox and inbox, and admins the lists of what waits for them. Needs DatabaseModule and AuthModule; the
 * consumers are providers of the service.
 */
@Global()
@Module({
  imports: [DiscoveryModule, AuditModule],
  controllers: [AdminListsController],
  providers: [
    provideSettings(MessagingConfig),
    ...sending,
    ...receiving,
    ...carrying,
    Anomalies,
    DeadLetterRepository,
    DeadLetters,
    Housekeeping,
    MessageMetrics,
    ...(TOWPATH_TEST_BUILD ? testBuild() : []),
  ],
  exports: [Outbox, Inbox, Anomalies, DeadLetters],
})
export class MessagingModule implements OnModuleInit {
  static readonly migrations = messagingMigrations;
  static readonly commands = [deadLettersCommand, topicsCommand];

  constructor(
    private readonly lifecycle: Lifecycle,
    private readonly receiver: Receiver,
    private readonly relay: Relay,
    private readonly housekeeping: Housekeeping,
  ) {}

  onModuleInit(): void {
    for (const part of [this.receiver, this.relay, this.housekeeping]) this.lifecycle.background(part);
  }
}
