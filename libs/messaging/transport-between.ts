import type { OutboxRow } from './envelope.ts';
import { type Outcome, type Receive, Transport } from './transport.ts';

/** Stands before another transport, and does as that one does unless it knows worse. For test builds. */
export class TransportBetween extends Transport {
  constructor(protected readonly transport: Transport) {
    super();
  }

  override publish(lane: string, rows: readonly OutboxRow[]): Promise<Outcome[]> {
    return this.transport.publish(lane, rows);
  }

  override subscribe(receive: Receive): Promise<void> {
    return this.transport.subscribe(receive);
  }

  override unsubscribe(): Promise<void> {
    return this.transport.unsubscribe();
  }

  override stopWaiting(): void {
    this.transport.stopWaiting();
  }

  override close(): Promise<void> {
    return this.transport.close();
  }
}
