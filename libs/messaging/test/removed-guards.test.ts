import { type ThrowAwayDatabase } from '@towpath/database';

import { InboxRepository } from '../inbox.repository.ts';
import { withoutInbox, withoutVersionGate } from '../removed-guards.ts';
import { directEnvironments } from './direct-environment.ts';
import { databaseOf, Node } from './node.ts';
import { envelope } from './readings.ts';

describe('messages without a guard of the inbox', () => {
  let database: ThrowAwayDatabase;
  let bill: Node;

  beforeAll(async () => {
    database = await databaseOf('bill');
  });
  beforeEach(async () => {
    const { bill: environment } = await directEnvironments(['bill', 'meter']);
    bill = await Node.start('bill', { environment, database });
  });
  afterEach(() => bill.stop());
  afterAll(() => database.drop());

  const about = (meter: string, version = 1) =>
    envelope({ subject: meter, aggregateversion: version, data: { meter, value: version } });

  it('When only one of the two is taken out, then the other one still drops a repeated message', async () => {
    const [one, other] = [about('without-inbox'), about('without-gate')];
    withoutInbox(bill.get(InboxRepository));
    for (let times = 1; times <= 3; times += 1) await bill.receive(one);
    await bill.stop();

    bill = await Node.start('bill', { environment: (await directEnvironments(['bill', 'meter'])).bill, database });
    withoutVersionGate(bill.get(InboxRepository));
    for (let times = 1; times <= 3; times += 1) await bill.receive(other);

    expect(await bill.effects('without-inbox')).toEqual([1]);
    expect(await bill.effects('without-gate')).toEqual([1]);
  });

  it('When both are taken out, then a repeated message has its effect again', async () => {
    const repeated = about('without-both');
    withoutVersionGate(withoutInbox(bill.get(InboxRepository)));

    for (let times = 1; times <= 3; times += 1) await bill.receive(repeated);

    expect(await bill.effects('without-both')).toEqual([1, 1, 1]);
  });

  it('When the version gate is taken out, then messages have their effect in the order that they come in', async () => {
    withoutVersionGate(bill.get(InboxRepository));

    for (const version of [3, 1, 2]) await bill.receive(about('unordered', version));

    expect(await bill.effects('unordered')).toEqual([3, 1, 2]);
  });
});
