import type { DeliveryRepository } from './delivery.repository.ts';
import type { OutboxRow } from './envelope.ts';
import { withoutCommitBeforeAck, withoutFlag, withoutMarkAfterAck, withoutRelay } from './removed-guards.ts';
import type { Outcome, Receive, Transport } from './transport.ts';

const row = (id: string) => ({ id }) as OutboxRow;
const query = { lane: 'bill', buckets: [0], busy: [], limit: 10 };

/** Carries nothing, and fails whatever it is asked. */
class BrokenTransport {
  readonly asked: string[] = [];
  receive: Receive | undefined;

  async publish(lane: string, rows: readonly OutboxRow[]): Promise<Outcome[]> {
    this.asked.push(...rows.map(({ id }) => `${id} to ${lane}`));
    throw new Error('broken');
  }

  async subscribe(receive: Receive): Promise<void> {
    this.receive = receive;
  }
}

describe('a guard that is taken out', () => {
  it('When it is the mark after the acknowledgement, then what could not be sent counts as sent', async () => {
    const transport = new BrokenTransport();

    const outcomes = await withoutMarkAfterAck(transport as unknown as Transport).publish('bill', [row('1')]);

    expect({ outcomes, asked: transport.asked }).toEqual({ outcomes: [{ accepted: true }], asked: ['1 to bill'] });
  });

  it('When it is the commit before the acknowledgement, then what is not kept counts as taken', async () => {
    const transport = new BrokenTransport();
    await withoutCommitBeforeAck(transport as unknown as Transport).subscribe(() =>
      Promise.reject(new Error('not kept')),
    );

    await expect(transport.receive?.({})).resolves.toBeUndefined();
  });

  it('When it is the selection by flag, then what is older than the newest that was seen is never found', async () => {
    const due: OutboxRow[][] = [[row('2'), row('5')], [row('3'), row('5'), row('7')], [row('3')]];
    const deliveries = { due: async () => due.shift() ?? [] } as unknown as DeliveryRepository;
    const watermark = withoutFlag(deliveries);

    expect(await watermark.due(query)).toEqual([row('2'), row('5')]);
    expect(await watermark.due(query)).toEqual([row('7')]);
    expect(await watermark.due(query)).toEqual([]);
  });

  it('When it is the outbox, then nothing that was stored is ever due', async () => {
    const deliveries = { due: async () => [row('1')] } as unknown as DeliveryRepository;

    expect(await withoutRelay(deliveries).due(query)).toEqual([]);
  });
});
