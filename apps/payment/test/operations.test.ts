import { Database, newId, sql } from '@towpath/database';
import { Unavailable } from '@towpath/errors';

import { OperationRepository } from '../src/payments/operation.repository.ts';
import type { Operation } from '../src/payments/operation.ts';
import { PaymentRepository } from '../src/payments/payment.repository.ts';
import { ProviderWorker } from '../src/payments/provider-worker.ts';
import { SettleOperation } from '../src/payments/settle-operation.use-case.ts';
import { givenPayments, type OrderPayment } from './given-payments.ts';

// So long a poll that nothing here is done in time unless the worker is woken.
describe('operations', () => {
  const payments = givenPayments({ OPERATION_POLL_MS: '60000', OPERATION_CONCURRENCY: '2' });
  const { service } = payments;
  const operations = () => service.get(OperationRepository);
  afterEach(() => jest.restoreAllMocks());

  const stateOf = async (order: OrderPayment) => (await order.operations())[0]?.state;

  it('When an operation is queued, then the worker is woken at once, and again for what follows', async () => {
    const order = await payments.authorized();
    await order.fault({ operation: 'capture', kind: 'refuse' });

    await order.capture();
    await order.becomes('VOIDED');
  });

  it('When as many are under way as may be, then the next one waits, and is begun when one ends', async () => {
    const orders = [payments.anOrder(), payments.anOrder(), payments.anOrder()];
    for (const order of orders) {
      await order.fault({ operation: 'create', kind: 'delay', ms: 300 });
      await order.authorize();
    }

    await payments.eventually(() => Promise.all(orders.map(stateOf))).toEqual(['SENT', 'SENT', 'QUEUED']);
    for (const order of orders) await order.becomes('AUTHORIZED');
  });

  it('When several claim at once, then each operation goes to one of them', async () => {
    const claim = (limit: number) => OperationRepository.prototype.claim.call(operations(), limit);
    const orders = Array.from({ length: 12 }, () => payments.anOrder());

    const claims = await payments.whileNobodyClaims(async () => {
      await Promise.all(orders.map((order) => order.authorize()));
      return Promise.all(Array.from({ length: 4 }, () => claim(5)));
    });

    const ids = claims.flat().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(await Promise.all(orders.map(stateOf))).toEqual(expect.arrayContaining(['SENT']));
    expect((await claim(100)).map(({ id }) => id)).not.toEqual(expect.arrayContaining(ids));
  });

  it('When one operation is locked, then the others are claimed without waiting for it', async () => {
    const [locked, free] = [payments.anOrder(), payments.anOrder()];

    const claimed = await payments.whileNobodyClaims(async () => {
      await locked.authorize();
      await free.authorize();
      return service.database.transaction(async (tx) => {
        await tx.rows(sql`
          SELECT 1 FROM psp_operation WHERE idem_key = ${`${locked.orderId}-authorize`} FOR UPDATE`);
        return OperationRepository.prototype.claim.call(operations(), 100);
      });
    });

    expect(claimed.map(({ orderId }) => orderId)).toEqual([free.orderId]);
    expect(await stateOf(locked)).toBe('QUEUED');
  });

  it('When a payment is locked, then nobody else reads it to change it', async () => {
    const order = await payments.authorized();
    const repository = service.get(PaymentRepository);

    await service.database.transaction(async (tx) => {
      await repository.lock(tx, order.orderId);
      const second = service.get(Database).transaction((other) => repository.lock(other, order.orderId));
      await expect(second).rejects.toThrow(Unavailable);
    });
  });

  it('When a claim is overtaken by another, then what it brings late changes nothing', async () => {
    const order = payments.anOrder();
    const [late, current] = await payments.whileNobodyClaims(async () => {
      await order.authorize();
      const first = await claimOf(order);
      await order.later();
      return [first, await claimOf(order)];
    });
    const before = await order.operations();

    await operations().postpone(late, 'find', 0, 'late');
    await service.get(SettleOperation).review(late, 'late');

    expect(current.attempt).toBe(late.attempt + 1);
    expect(await order.operations()).toEqual(before);
    expect(await order.said()).toEqual(['requested']);
  });

  it('When an operation was claimed, then it is not dropped any more', async () => {
    const order = payments.anOrder();
    const { id } = await payments.whileNobodyClaims(async () => {
      await order.authorize();
      return claimOf(order);
    });

    expect(await service.database.transaction((tx) => operations().drop(tx, id))).toBe(false);
    expect(await stateOf(order)).toBe('SENT');
  });

  it('When a second operation is opened beside an open one, then the database refuses', async () => {
    const order = payments.anOrder();
    await payments.whileNobodyClaims(() => order.authorize());

    const second = service.database.rows(sql`
      INSERT INTO psp_operation (id, payment_id, kind, amount_minor, idem_key, state)
      SELECT ${newId()}, id, 'void', 1, ${newId()}, 'QUEUED' FROM payment WHERE order_id = ${order.orderId}`);

    await expect(second).rejects.toThrow('psp_operation_one_open');
  });

  it('When a payment was changed since it was read, then it is not stored over', async () => {
    const order = await payments.authorized();
    const repository = service.get(PaymentRepository);

    const stale = service.database.transaction(async (tx) => {
      const { operation: _, ...payment } = await repository.lock(tx, order.orderId);
      await repository.store(tx, { ...payment, goal: 'cancel', version: payment.version - 1 });
    });

    await expect(stale).rejects.toThrow('was changed by someone else');
    expect(await order.row()).toMatchObject({ goal: 'authorize' });
  });

  it('When the database is away just as the answer comes, then it is booked a little later', async () => {
    const order = payments.anOrder();
    jest.spyOn(service.get(SettleOperation), 'execute').mockRejectedValueOnce(new Unavailable());

    await order.authorize();
    await order.becomes('AUTHORIZED');

    expect(await order.operations()).toMatchObject([{ attempts: 1 }]);
  });

  it('When an outcome cannot be booked, then the operation is taken up again after its lease', async () => {
    const order = payments.anOrder();
    const settle = jest
      .spyOn(service.get(SettleOperation), 'execute')
      .mockRejectedValueOnce(new Error('a mistake of ours'));
    await order.authorize();
    await payments.eventually(() => settle.mock.results.length).toBe(1);
    await order.later();

    await payments.authorized();
    await order.becomes('AUTHORIZED');

    expect(await order.operations()).toMatchObject([{ attempts: 2 }]);
    expect(await order.deeds()).toEqual(['authorized']);
  });

  it('When the worker stops during a call, then its answer is booked before it has stopped', async () => {
    const order = payments.anOrder();
    await order.fault({ operation: 'create', kind: 'delay', ms: 300 });
    await order.authorize();
    await order.claimed();

    await service.get(ProviderWorker).stop();

    expect(await order.row()).toMatchObject({ state: 'AUTHORIZED' });
  });

  async function claimOf(order: OrderPayment): Promise<Operation> {
    const claimed = await OperationRepository.prototype.claim.call(operations(), 100);
    return claimed.find(({ orderId }) => orderId === order.orderId) as Operation;
  }
});
