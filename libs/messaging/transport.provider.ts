import { type FactoryProvider, Injectable } from '@nestjs/common';
import { Environment, ServiceIdentity } from '@towpath/config';
import { Lifecycle, Liveness } from '@towpath/health';

import { DirectConfig } from './direct.config.ts';
import { DirectTransport } from './direct.transport.ts';
import { KafkaConfig } from './kafka.config.ts';
import { KafkaTransport } from './kafka.transport.ts';
import { RelaySettings } from './relay.settings.ts';
import { Subscriptions } from './subscriptions.ts';
import { type Outcome, Transport } from './transport.ts';

/** What a transport may need of its process. */
@Injectable()
export class ProcessParts {
  constructor(
    readonly identity: ServiceIdentity,
    readonly environment: Environment,
    readonly lifecycle: Lifecycle,
    readonly liveness: Liveness,
  ) {}
}

/** What every transport needs to know. */
@Injectable()
export class TransportParts {
  readonly identity: ServiceIdentity;
  readonly environment: Environment;

  constructor(
    readonly process: ProcessParts,
    readonly relay: RelaySettings,
    readonly subscriptions: Subscriptions,
  ) {
    this.identity = process.identity;
    this.environment = process.environment;
  }
}

/** Of a process that answers requests only: it stores messages, another one carries them. */
class NoTransport extends Transport {
  override async publish(): Promise<Outcome[]> {
    throw new Error('A process in the role "api" carries no messages.');
  }
  override async subscribe(): Promise<void> {}
  override async unsubscribe(): Promise<void> {}
  override stopWaiting(): void {}
  override async close(): Promise<void> {}
}

/** Who carries messages is a setting; nothing of the others is made. */
export const provideTransport: FactoryProvider<Transport> = {
  provide: Transport,
  inject: [TransportParts, { token: DirectConfig, optional: true }, { token: KafkaConfig, optional: true }],
  useFactory: (parts: TransportParts, direct?: DirectConfig, kafka?: KafkaConfig) => {
    if (direct) return DirectTransport.of(direct, parts);
    return kafka ? new KafkaTransport(kafka, parts) : new NoTransport();
  },
};
