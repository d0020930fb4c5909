import type { FactoryProvider } from '@nestjs/common';
import { ServiceIdentity } from '@towpath/config';
import { type Topic, topics } from '@towpath/messages';

import { MessagingConfig } from './messaging.config.ts';

/** The lane of a transport that has a broker: it takes a message once, whoever reads it. */
export const brokerLane = 'broker';

/** What this service writes, for whom, and how it leaves. */
export class RelaySettings {
  readonly subscribers: readonly string[];

  constructor(
    readonly topics: readonly Topic[],
    readonly config: MessagingConfig,
  ) {
    this.subscribers = [...new Set(topics.flatMap(({ readBy }) => readBy))];
  }

  /** Messages leave side by side: to each subscriber, or to the broker. */
  get lanes(): readonly string[] {
    if (this.config.eventTransport === 'direct') return this.subscribers;
    return this.subscribers.length > 0 ? [brokerLane] : [];
  }
}

export const provideRelaySettings: FactoryProvider<RelaySettings> = {
  provide: RelaySettings,
  inject: [ServiceIdentity, MessagingConfig],
  useFactory: ({ name }: ServiceIdentity, config: MessagingConfig) =>
    new RelaySettings(
      topics.filter(({ writtenBy }) => writtenBy === name),
      config,
    ),
};
