import type { Redis } from '@towpath/redis';

import { Limit } from './limit.ts';
import type { Policy } from './policies.ts';
import { rateLimitHeaders } from './rate-limit-headers.ts';
import { WindowCounter } from './window-counter.ts';

const policy: Policy = {
  name: 'test',
  limit: 6,
  windowSeconds: 60,
  when: 'on arrival',
  counts: () => true,
  key: ({ address }) => address,
};
const noRedis = { isThere: false } as Redis;

describe('limit of a process by itself', () => {
  it('When it shares the limit with others, then it grants its part, and begins anew when its time is over', () => {
    let now = 0;
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => now);
    const limit = new Limit(policy, noRedis, 4);
    const take = () => {
      const { isOver, left, endsInMs } = limit.take('ada') as Exclude<ReturnType<Limit['take']>, Promise<unknown>>;
      return { isOver, left, endsInMs };
    };

    const first = [take(), take(), take()];
    now = 59_999;
    const last = take();
    now = 60_000;
    const next = take();

    expect(first).toEqual([
      { isOver: false, left: 1, endsInMs: 60_000 },
      { isOver: false, left: 0, endsInMs: 60_000 },
      { isOver: true, left: 0, endsInMs: 60_000 },
    ]);
    expect(last).toEqual({ isOver: true, left: 0, endsInMs: 1 });
    expect(next).toEqual({ isOver: false, left: 1, endsInMs: 60_000 });
    clock.mockRestore();
  });

  it('When one has reached it, then others have not', () => {
    const limit = new Limit(policy, noRedis, 1);

    for (let count = 0; count < 10; count += 1) void limit.take('ada');

    expect([limit.take('ada'), limit.take('bob')]).toMatchObject([{ isOver: true }, { isOver: false, left: 5 }]);
  });

  it('When many were refused, then what is given back counts all the same', () => {
    const limit = new Limit(policy, noRedis, 1);
    for (let count = 0; count < 100; count += 1) void limit.take('ada');

    limit.giveBack('ada');

    expect([limit.take('ada'), limit.take('ada')]).toMatchObject([{ isOver: false, left: 0 }, { isOver: true }]);
  });
});

describe('counter in memory', () => {
  it('When more is given back than was counted, then nobody has more than the limit', () => {
    const counter = new WindowCounter(1_000);

    counter.add('ada', -1);

    expect(counter.add('ada', 1).used).toBe(1);
  });

  it('When strangers come without end, then memory does not grow, and who was seen last is still known', () => {
    const counter = new WindowCounter(1_000_000);

    for (let stranger = 0; stranger < 50_000; stranger += 1) {
      counter.add(String(stranger), 1);
      if (stranger % 1_000 === 0) counter.add('ada', 1);
    }

    expect(counter.add('ada', 0).used).toBe(50);
    expect(counter.add('0', 0).used).toBe(0);
  });
});

describe('what an answer says of limits', () => {
  const taken = (more: object) => ({ policy, isOver: false, left: 3, endsInMs: 29_001, ...more });

  it('When there are several, then it says of each what it is and what is left of it', () => {
    const user = { ...policy, name: 'user', limit: 120 };

    expect(rateLimitHeaders([taken({}), taken({ policy: user, left: 119, endsInMs: 0.5 })])).toEqual({
      'ratelimit-policy': '"test";q=6;w=60, "user";q=120;w=60',
      ratelimit: '"test";r=3;t=30, "user";r=119;t=1',
    });
  });

  it('When one says what others did, then only whom it stops is told', () => {
    const silent = { ...policy, isSilent: true };

    expect(rateLimitHeaders([taken({ policy: silent })])).toEqual({});
    expect(rateLimitHeaders([taken({ policy: silent, isOver: true, left: 0 })])).toEqual({
      'ratelimit-policy': '"test";q=6;w=60',
      ratelimit: '"test";r=0;t=30',
    });
  });
});
