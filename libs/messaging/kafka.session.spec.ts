import { eventually } from '@towpath/testing';

import { KafkaSession } from './kafka.session.ts';
import { FakeMember } from './test/fake-member.ts';

describe('a membership in the group', () => {
  let member: FakeMember;
  let receive: () => Promise<void>;
  let session: KafkaSession;

  beforeEach(async () => {
    member = new FakeMember('readings', [0, 1]);
    receive = async () => undefined;
    session = new KafkaSession(member.consumer, ['readings'], () => receive());
    await session.open(2);
  });

  it('When handling takes long, then only its partition is paused, and asked for again afterwards', async () => {
    const handling = Promise.withResolvers<void>();
    receive = () => handling.promise;

    await member.deliver(0);
    expect(member.fetching).toEqual([1]);
    handling.resolve();

    await eventually(() => member.fetching).toEqual([0, 1]);
  });

  it('When the library cannot note how far a partition came, then the partition is asked for again after a moment', async () => {
    const resolveOffset = () => {
      throw new TypeError('the partition is somebody else’s by now');
    };

    await member.deliver(0, { resolveOffset });
    expect(member.fetching).toEqual([1]);

    await eventually(() => member.fetching).toEqual([0, 1]);
  });

  it('When it closes while a paused partition is worked off, then nothing is asked for any more, also when that is done', async () => {
    const handling = Promise.withResolvers<void>();
    receive = () => handling.promise;
    await member.deliver(0);

    const closed = session.close();
    handling.resolve();
    await closed;

    expect(member.fetching).toEqual([]);
    expect(member.hasLeft).toBe(true);
  });

  it('When handling turns out to take long while it closes, then the other partitions stay paused', async () => {
    const handling = Promise.withResolvers<void>();
    receive = () => handling.promise;
    const delivered = member.deliver(0);

    const closed = session.close();
    await delivered;
    expect(member.fetching).toEqual([]);
    handling.resolve();
    await closed;

    expect(member.fetching).toEqual([]);
  });
});
