import { problemSchema } from '@towpath/api';
import { freePort } from '@towpath/testing';

import { givenGateway } from './given-gateway.ts';

describe('a service that is away', () => {
  let gone = '';
  beforeAll(async () => {
    gone = `http://127.0.0.1:${await freePort()}`;
  });
  const { gateway, service } = givenGateway(() => ({ CATALOG_URL: gone }));

  it('When nothing listens, then it is 503 with a time to come back, and other services answer', async () => {
    const response = await fetch(gateway.url + '/v1/products');
    const other = await fetch(gateway.url + '/v1/orders', {
      headers: { authorization: `Bearer ${await service.token()}` },
    });

    expect(problemSchema.parse(await response.json())).toMatchObject({
      status: 503,
      type: '/problems/overloaded',
      instance: '/v1/products',
    });
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(other.status).toBe(200);
  });

  it('When every connection breaks, then only so many reads are asked for once more that it does no harm', async () => {
    service.answer = (_, response) => response.destroy();
    const authorization = `Bearer ${await service.token()}`;
    for (let sent = 0; sent < 30; sent += 1) await fetch(`${gateway.url}/v1/orders`, { headers: { authorization } });

    expect(service.seen).toHaveLength(30 + 10);
  });

  it('When a service is away, then the gateway is ready all the same', async () => {
    expect((await fetch(`${gateway.managementUrl}/ready`)).status).toBe(200);
  });
});
