import { sql } from '@towpath/database';
import { Inbox } from '@towpath/messaging';

import { givenCatalog } from './given-catalog.ts';

describe('what waits for a person', () => {
  const catalog = givenCatalog();
  const { service } = catalog;
  const lists = ['dead-letters', 'anomalies'];
  const asked = async (list: string, query: string, roles = ['admin']) =>
    service.http.get(`/v1/admin/${list}?${query}`, { token: await service.token({ roles }) });

  beforeEach(async () => {
    await service.database.rows(sql`DELETE FROM dead_letter`);
    await service.database.rows(sql`DELETE FROM anomaly`);
  });

  it.each(lists)('When nothing waits, then the list of %s is empty', async (list) => {
    expect(await asked(list, 'service=catalog')).toMatchObject({ status: 200, body: { items: [], nextCursor: null } });
  });

  it('When a message cannot be read, then admins see which one and why, but not what was in it', async () => {
    const order = catalog.order();
    await service.get(Inbox).receive({
      id: 'm-1',
      subject: order.orderId,
      aggregatetype: 'stock.commands',
      type: 'stock.reserve.v1',
      data: { email: 'ada@example.org', secret: 'canary' },
    });

    const { body } = await asked('dead-letters', 'service=catalog');

    expect(body.items).toEqual([
      {
        id: expect.any(String),
        service: 'catalog',
        messageId: 'm-1',
        topic: 'stock.commands',
        aggregateId: order.orderId,
        reason: 'invalid-envelope',
        error: expect.any(String),
        attempts: 1,
        createdAt: expect.stringMatching(/^\d{4}-.*T.*\.\d{3}Z$/),
      },
    ]);
    expect(body.items[0].error.length).toBeLessThanOrEqual(200);
    expect(JSON.stringify(body)).not.toMatch(/canary|ada@/);
  });

  it('When a handler failed, then admins see what it said, but not where in the code', async () => {
    await service.database.rows(sql`
      INSERT INTO dead_letter (id, consumer, envelope, reason, error, attempts)
      VALUES (uuidv7(), 'catalog', '{}', 'handler-failed', ${'Error: it broke\n    at secret (/srv/file.js:1:1)'}, 5)`);

    const { body } = await asked('dead-letters', 'service=catalog');

    expect(body.items).toMatchObject([{ reason: 'handler-failed', error: 'Error: it broke', attempts: 5 }]);
  });

  it('When a command is illegal, then it is among the anomalies', async () => {
    const { id: productId } = await catalog.product();
    const order = catalog.order({ productId, quantity: 1 });
    await order.commit();

    const { body } = await asked('anomalies', 'service=catalog');

    const detail = { orderId: order.orderId, command: 'CommitStock', state: 'none' };
    const anomaly = { id: expect.any(String), service: 'catalog', kind: 'illegal', detail, at: expect.any(String) };
    expect(body).toEqual({ items: [anomaly], nextCursor: null });
  });

  it('When there are many, then pages follow one another: letters from the oldest, anomalies from the newest', async () => {
    await service.database.rows(sql`
      INSERT INTO dead_letter (id, consumer, envelope, reason, error, attempts, resolved_at)
      SELECT uuidv7(n * interval '1 min'), 'catalog', '{}', 'reason ' || n, '', 1, CASE WHEN n = 2 THEN now() END
        FROM generate_series(1, 5) AS n`);
    await service.database.rows(sql`
      INSERT INTO anomaly (id, kind, detail) SELECT uuidv7(n * interval '1 min'), 'kind ' || n, '{}' FROM generate_series(1, 5) AS n`);

    const letters = await pages('dead-letters');
    const anomalies = await pages('anomalies');

    expect(letters.map((page) => page.map(({ reason }) => reason))).toEqual([
      ['reason 1', 'reason 3'],
      ['reason 4', 'reason 5'],
    ]);
    expect(anomalies.map((page) => page.map(({ kind }) => kind))).toEqual([
      ['kind 5', 'kind 4'],
      ['kind 3', 'kind 2'],
      ['kind 1'],
    ]);
  });

  it.each(lists)('When another service or none is meant, then the list of %s is refused', async (list) => {
    for (const query of ['service=payment', 'service=user', 'service=', '', 'service=catalog&service=catalog'])
      expect(await asked(list, query)).toMatchObject({ status: 400, body: { type: '/problems/invalid-request' } });
  });

  it.each(lists)('When somebody else asks, then the list of %s is refused', async (list) => {
    expect(await asked(list, 'service=catalog', ['customer'])).toMatchObject({ status: 403 });
    expect(await service.http.get(`/v1/admin/${list}?service=catalog`)).toMatchObject({ status: 401 });
  });

  async function pages(list: string): Promise<{ reason?: string; kind?: string }[][]> {
    const all = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body } = await asked(list, `service=catalog&limit=2${cursor && `&cursor=${cursor}`}`);
      all.push(body.items);
      cursor = body.nextCursor;
    }
    return all;
  }
});
