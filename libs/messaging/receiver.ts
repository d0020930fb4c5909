import { Injectable } from '@nestjs/common';
import type { Background } from '@towpath/health';

import { Inbox } from './inbox.ts';
import { Transport } from './transport.ts';

/** Brings what the transport delivers into the inbox. */
@Injectable()
export class Receiver implements Background {
  readonly name = 'message receiver';

  constructor(
    private readonly transport: Transport,
    private readonly inbox: Inbox,
  ) {}

  start(): Promise<void> {
    return this.transport.subscribe((raw, from) => this.inbox.receive(raw, from));
  }

  stop(): Promise<void> {
    return this.transport.unsubscribe();
  }
}
