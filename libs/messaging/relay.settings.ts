import { Injectable } from '@nestjs/common';
import { ServiceIdentity } from '@towpath/config';
import { topics } from '@towpath/messages';

import { MessagingConfig } from './messaging.config.ts';

/** Whom this service writes to, and how. */
@Injectable()
export class RelaySettings {
  readonly subscribers: readonly string[];

  constructor(
    identity: ServiceIdentity,
    readonly config: MessagingConfig,
  ) {
    const own = topics.filter(({ writtenBy }) => writtenBy === identity.name);
    this.subscribers = [...new Set(own.flatMap(({ readBy }) => readBy))];
  }
}
