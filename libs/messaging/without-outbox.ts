import type { ServiceIdentity } from '@towpath/config';
import type { Database } from '@towpath/database';

import type { DeliveryRepository } from './delivery.repository.ts';
import type { OutboxRepository } from './outbox.repository.ts';
import { Outbox, type Stored } from './outbox.ts';
import type { OutboxSignal } from './outbox-signal.ts';
import { brokerLane, type RelaySettings } from './relay.settings.ts';
import type { Transport } from './transport.ts';
import { taken } from './without-outbox.repository.ts';

/** Sends each message after the commit, once: what the process has not sent when it dies, or could not send, is never said. */
export class WithoutOutbox extends Outbox {
  constructor(
    private readonly sending: { readonly transport: Transport; readonly settings: RelaySettings; database: Database },
    repository: OutboxRepository,
    signal: OutboxSignal,
    identity: ServiceIdentity,
  ) {
    super(repository, signal, identity);
  }

  protected override committed({ id, topic }: Stored): void {
    const { database, transport, settings } = this.sending;
    const lanes = settings.lanes.filter((lane) => lane === brokerLane || topic.readBy.includes(lane));
    void taken(database, id)
      .then((row) => Promise.all(lanes.map((lane) => transport.publish(lane, [row]))))
      .catch(() => undefined);
  }
}

/** No relay finds what was left behind. */
export const nothingDue = (deliveries: DeliveryRepository): DeliveryRepository =>
  Object.assign(deliveries, { due: async () => [] });
