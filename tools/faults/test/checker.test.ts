import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Backlog } from '../src/checker/backlog.ts';
import { check, ends, type Expected } from '../src/checker/check.ts';
import { settle } from '../src/checker/settle.ts';
import { answersAndMoney } from './answers-and-money.violations.ts';
import { CheckedDatabases } from './checked-databases.ts';
import { messagesAndTrust } from './messages-and-trust.violations.ts';
import { ToldShop } from './told-shop.ts';
import type { Orders } from './violation.ts';

// It makes databases, and migrates them with the services' own command.
jest.setTimeout(120_000);

const violations = [...answersAndMoney, ...messagesAndTrust];
const quiet = () => undefined;

describe('the checker', () => {
  let databases: CheckedDatabases;
  let folder: string;
  let shop: ToldShop;
  let orders: Orders;

  beforeAll(async () => {
    databases = await CheckedDatabases.prepare();
  });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'towpath-checker-'));
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    await shop.close();
    rmSync(folder, { recursive: true, force: true });
  });

  afterAll(() => databases.remove());

  const givenShop = async (alone = false) => {
    shop = new ToldShop(alone ? await databases.copy() : await databases.emptied(), folder);
    await shop.stock();
    orders = { paid: await shop.completed(), declined: await shop.declined() };
  };
  const broken = async (expected?: Expected) =>
    (await check(shop, shop.history, expected, folder)).filter(({ holds }) => !holds);

  it.each(violations)('When $when, then $invariant alone catches it', async (violation) => {
    await givenShop(violation.alone);

    await violation.spoil(shop, orders);

    expect(await broken(violation.expected)).toEqual([
      {
        invariant: violation.invariant,
        holds: false,
        count: expect.any(Number),
        checked: expect.any(Number),
        examples: expect.arrayContaining([expect.stringMatching(violation.seen)]),
      },
    ]);
  });

  it('When all went well, then every invariant holds, and each has looked at something', async () => {
    await givenShop();
    shop.attempt(orders.paid, { deed: 'list', proof: 'expired', status: 401, outcome: 'fail', key: undefined });

    const verdicts = await check(shop, shop.history);

    expect(verdicts).toEqual(
      [2, 2, 2, 1, 1, 2, 1, 2, 8, 18, 9, 18, 6, 1].map((checked, index) => ({
        invariant: `I${index + 1}`,
        holds: true,
        count: 0,
        checked,
        examples: [],
      })),
    );
    expect(await ends(shop)).toEqual({ COMPLETED: 1, 'CANCELLED declined': 1 });
  });

  it('When a gap was jumped by a snapshot or by a command, then that is in order', async () => {
    await givenShop();
    const { paid } = orders;
    const [, lost] = await shop.say('payments', paid.id, ['payment.captured.v1', 'payment.captured.v1']);
    await shop.say('payments', paid.id, ['payment.captured.v1'], { snapshot: true });
    const [command] = await shop.say('stock.commands', paid.id, ['stock.commit.v1', 'stock.commit.v1']);

    await shop.sql('order-processor', 'DELETE FROM inbox WHERE message_id = $1', [lost]);
    await shop.sql('catalog', 'DELETE FROM inbox WHERE message_id = $1', [command]);

    expect(await broken()).toEqual([]);
  });

  it('When messages came late and stale, behind the snapshot that had jumped them, then that is in order', async () => {
    await givenShop();
    const { paid } = orders;
    const stale = await shop.say('payments', paid.id, ['payment.captured.v1', 'payment.captured.v1']);
    await shop.say('payments', paid.id, ['payment.captured.v1'], { snapshot: true });

    for (const id of stale.toReversed()) {
      await shop.sql('order-processor', 'UPDATE inbox SET version = version WHERE message_id = $1', [id]);
    }

    expect(await broken()).toEqual([]);
  });

  it('When exactly the poison that was sent was put aside, then nothing vanished', async () => {
    await givenShop();
    const poison = [{ consumer: 'catalog', reason: 'invalid' }];
    await violations.find(({ when }) => when === 'poison vanished')?.spoil(shop, orders);

    expect(await broken({ poison })).toEqual([]);
  });

  it('When an order waits for a person by intention, then it need not end', async () => {
    await givenShop();
    const { id } = orders.paid;
    await violations.find(({ when }) => when === 'an operation at the provider is open')?.spoil(shop, orders);
    await shop.sql('order-processor', 'UPDATE orders SET settled_at = NULL WHERE id = $1', [id]);

    const [waited, excused] = [await settle(shop, 0, quiet), await settle(shop, 0, quiet, { inReview: [id] })];

    expect(waited).toEqual({
      afterMs: null,
      left: { orders: 1, reservations: 0, unpublished: 0, operations: 1, waiting: 0 },
    });
    expect(excused).toEqual({
      afterMs: expect.any(Number),
      left: { orders: 0, reservations: 0, unpublished: 0, operations: 0, waiting: 0 },
    });
    expect(await broken({ inReview: [id] })).toEqual([]);
  });

  it('When something is left to do, then it is waited for', async () => {
    await givenShop();
    const unsettled = (at: string) => shop.sql('order-processor', `UPDATE orders SET settled_at = ${at}`);
    await unsettled('NULL');

    const settling = settle(shop, 30_000, quiet);
    await unsettled('now()');

    expect(await settling).toEqual({
      afterMs: expect.any(Number),
      left: { orders: 0, reservations: 0, unpublished: 0, operations: 0, waiting: 0 },
    });
  });

  it('When the backlog is watched, then what waits is counted', async () => {
    await givenShop();
    await shop.sql('order-processor', 'UPDATE orders SET settled_at = NULL');
    await shop.sql('catalog', 'UPDATE outbox SET published_at = NULL');
    const backlog = new Backlog(shop);

    const isCounted = () => backlog.samples.some(({ unsettled, unpublished }) => unsettled === 2 && unpublished === 4);
    while (!isCounted()) await new Promise(setImmediate);
    await backlog.stop();

    expect(backlog.samples[0]).toEqual({ atMs: expect.any(Number), unsettled: 0, unpublished: 0 });
  });

  it('When an invariant is broken, then every table is left beside the run, but for who may log in', async () => {
    await givenShop();
    shop.attempt(orders.paid, { answer: 'another' });

    await broken();

    const tables = join(folder, 'tables');
    const ordersDump = readFileSync(join(tables, 'order-processor.orders.jsonl'), 'utf8').trim().split('\n');
    expect(ordersDump.map((line) => (JSON.parse(line) as { id: string }).id).sort()).toEqual(
      [orders.paid.id, orders.declined.id].sort(),
    );
    expect(readdirSync(tables)).toEqual(
      expect.arrayContaining([
        'catalog.reservation.jsonl',
        'order-processor.outbox.jsonl',
        'payment.ledger_entry.jsonl',
      ]),
    );
  });
});
