import { Lifecycle } from '@towpath/health';

import { Following } from './following.ts';
import { givenShop } from './given-shop.ts';

describe('the end of following an order', () => {
  const shop = givenShop({ FOLLOW_EVERY_MS: '20', FOLLOW_HEARTBEAT_MS: '20', FOLLOW_LASTS_MS: '400' });

  it('When nothing happens for long, then a stream shows that it lives, ends in time and is taken up where it was', async () => {
    const { id, customer } = await shop.order('RESERVING');
    const following = await Following.start(shop, id, customer);
    await shop.service.eventually(() => following.hasEnded).toBe(true);

    const next = await Following.start(shop, id, customer, following.ids.at(-1));
    await shop.cancel(id, customer);
    await shop.service.eventually(() => next.hasEnded).toBe(true);

    expect(following.ids).toEqual([1, 2]);
    expect(following.text).toContain('\n\n:\n\n:\n\n');
    expect(next.ids).toEqual([3]);
  });
});

describe('following an order through a process that drains', () => {
  const shop = givenShop();

  it('When the process drains, then its streams end, long before their time', async () => {
    const { id, customer } = await shop.order('PLACED');
    const following = await Following.start(shop, id, customer);
    await shop.service.eventually(() => following.ids).toEqual([1]);

    await shop.service.get(Lifecycle).drain();

    expect(following.hasEnded).toBe(true);
  });
});
