import { topics } from '@towpath/messages';
import type { RunningService } from '@towpath/service-defaults';
import { describeWithKafka, givenService } from '@towpath/testing';

import { OrderProcessorModule } from '../src/order-processor.module.ts';
import { Shop } from './given-shop.ts';

/** What a process that only answers requests is not told. */
const noDirect = { DIRECT_PORT: '', DIRECT_PEERS_FILE: '', DIRECT_KEY_FILE: '' };

/** One process takes orders in, another moves them on. */
function worksApart(settings: () => Record<string, string>, outgoing: () => string[] = () => []): void {
  const service = givenService(OrderProcessorModule, {
    environment: () => ({ ...noDirect, EVENT_TRANSPORT: settings()['EVENT_TRANSPORT'] ?? 'direct', ROLE: 'api' }),
    outgoing,
  });
  const shop = new Shop(service);
  let worker: RunningService;

  beforeAll(async () => {
    worker = await service.alongside({ ...settings(), ROLE: 'worker' });
  }, 30_000);
  afterAll(() => worker.close());

  it('When an order is taken in by the one, then the other starts it', async () => {
    const customer = await shop.customer();
    const { status, body } = await shop.post(shop.checkout(await shop.product()), customer);
    const { id } = body as { id: string };

    expect(status).toBe(201);
    await service.eventually(async () => (await shop.row(id))['status']).toBe('RESERVING');
    await service.eventually(async () => (await shop.read(id, customer)).body).toMatchObject({ status: 'RESERVING' });
  });

  it('When the worker is asked, then it answers no requests, and is ready', async () => {
    const ready = await fetch(`${worker.managementUrl}/ready`);

    expect([worker.url, ready.status]).toEqual(['', 200]);
  });
}

describe('order-processor as two processes, direct', () => {
  worksApart(() => ({ EVENT_TRANSPORT: 'direct' }));
});

describeWithKafka('order-processor as two processes, Kafka', (kafka) => {
  beforeAll(async () => {
    for (const { name } of topics) await kafka.createTopic(name, 8);
  }, 60_000);

  worksApart(
    () => kafka.settings,
    () => kafka.doors,
  );
});
