import type { ServerResponse } from 'node:http';

import { routes } from '@towpath/api';
import { eventually, goodRequest } from '@towpath/testing';

import { givenGateway } from './given-gateway.ts';

describe('a service to which all connections are in use', () => {
  const { gateway, service } = givenGateway({ UPSTREAM_CONNECTIONS: '1' });

  it('When a write has waited too long for one, then it is 504 and not sent later', async () => {
    const { path, headers, body, method } = goodRequest(routes.placeOrder);
    const authorization = `Bearer ${await service.token()}`;
    const read = () => fetch(gateway.url + path, { headers: { authorization } });
    const waiting: ServerResponse[] = [];
    service.answer = (_, response) => waiting.push(response);
    const first = read();
    await eventually(() => waiting.length).toBe(1);

    const impatient = { ...headers, authorization, 'x-request-timeout-ms': '100' };
    const late = await fetch(gateway.url + path, { method, body, headers: impatient });
    service.answer = (_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    waiting[0]?.writeHead(200, { 'content-type': 'application/json' }).end('{}');

    expect([late.status, (await first).status, (await read()).status]).toEqual([504, 200, 200]);
    expect(service.seen.map((each) => each.method)).toEqual(['GET', 'GET']);
  });
});
