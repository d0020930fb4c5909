import type { ServiceIdentity } from '@towpath/config';

import type { OutboxRepository } from './outbox.repository.ts';
import { Outbox, type Stored } from './outbox.ts';
import type { OutboxSignal } from './outbox-signal.ts';
import { brokerLane, type RelaySettings } from './relay.settings.ts';
import type { Transport } from './transport.ts';
import type { TakenMessages } from './without-outbox.repository.ts';

interface Sending {
  readonly transport: Transport;
  readonly settings: RelaySettings;
  readonly messages: TakenMessages;
}

/** Sends each message after the commit, once: what is not sent when the process dies, or cannot be, is never said. */
export class WithoutOutbox extends Outbox {
  constructor(
    private readonly sending: Sending,
    repository: OutboxRepository,
    signal: OutboxSignal,
    identity: ServiceIdentity,
  ) {
    super(repository, signal, identity);
  }

  protected override committed({ id, topic }: Stored): void {
    const { messages, transport, settings } = this.sending;
    const lanes = settings.lanes.filter((lane) => lane === brokerLane || topic.readBy.includes(lane));
    void messages
      .take(id)
      .then((row) => Promise.all(lanes.map((lane) => transport.publish(lane, [row]))))
      .catch(() => undefined);
  }
}
