import { Redis } from '@towpath/redis';
import { describeWithRedis, eventually } from '@towpath/testing';

import { givenCatalog } from './given-catalog.ts';

describeWithRedis('products in Redis', (redis) => {
  const catalog = givenCatalog(() => ({ REDIS_URL: redis.url, REDIS_TIMEOUT_MS: '5000' }));
  const { service } = catalog;
  const kept = (id: string) => redis.call('GET', `towpath:cache:products:1:${id}`);
  beforeEach(() => eventually(() => service.get(Redis).isThere).toBe(true));

  it('When a product was read, then other processes find it in Redis, until it changes', async () => {
    const { id } = await catalog.product({ stock: 5 });

    await catalog.available(id);
    await eventually(async () => JSON.parse(String(await kept(id)))).toMatchObject([30_000, { available: 5 }]);
    await catalog.order({ productId: id, quantity: 2 }).reserve();
    await eventually(() => kept(id)).toBeNull();

    expect(await catalog.available(id)).toBe(3);
  });

  it('When Redis holds something else, then the product comes from the database', async () => {
    const { id } = await catalog.product({ stock: 5 });

    await redis.call('SET', `towpath:cache:products:1:${id}`, '[30000,{"id":"another product"}]');

    expect(await catalog.available(id)).toBe(5);
  });

  it('When Redis stops, then products are read and reserved as ever', async () => {
    const { id } = await catalog.product({ stock: 5 });
    await catalog.available(id);

    await redis.stop();
    await catalog.order({ productId: id, quantity: 2 }).reserve();

    expect(await catalog.available(id)).toBe(3);
  });
});
