import type { OutboxRow } from './envelope.ts';
import type { Outcome, Receive } from './transport.ts';
import { TransportBetween } from './transport-between.ts';

/** The relay takes every message for published once it is on its way. */
export class WithoutMarkAfterAck extends TransportBetween {
  override async publish(lane: string, rows: readonly OutboxRow[]): Promise<Outcome[]> {
    void super.publish(lane, rows).catch(() => undefined);
    return rows.map(() => ({ accepted: true }));
  }
}

/** A message is acknowledged when it has arrived, whatever its handling comes to. */
export class WithoutCommitBeforeAck extends TransportBetween {
  override subscribe(receive: Receive): Promise<void> {
    return super.subscribe(async (...arrived) => void receive(...arrived).catch(() => undefined));
  }
}
