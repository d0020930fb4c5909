import type { ServerResponse } from 'node:http';

import { problemSchema } from '@towpath/api';
import { eventually } from '@towpath/testing';

import { givenGateway } from './given-gateway.ts';

describe('too many requests at once', () => {
  const { gateway, service } = givenGateway({ MAX_IN_FLIGHT: '2' });

  it('When as many as allowed are under way, then the next is turned away, and let in once one has ended', async () => {
    const waiting: ServerResponse[] = [];
    service.answer = (_, response) => waiting.push(response);
    const first = [fetch(`${gateway.url}/v1/products`), fetch(`${gateway.url}/v1/products`)];
    await eventually(() => waiting.length).toBe(2);

    const refused = await fetch(`${gateway.url}/v1/products`);
    service.reset();
    waiting.forEach((response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
    await Promise.all(first);

    expect(problemSchema.parse(await refused.json())).toMatchObject({ status: 503, type: '/problems/overloaded' });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await fetch(`${gateway.url}/v1/products`)).status).toBe(200);
  });

  it('When clients leave before they are answered, then their places are free again', async () => {
    service.answer = () => {};
    const impatient = () => fetch(`${gateway.url}/v1/products`, { signal: AbortSignal.timeout(50) });
    await Promise.allSettled([impatient(), impatient()]);
    service.reset();

    await eventually(async () => (await fetch(`${gateway.url}/v1/products`)).status).toBe(200);
    const metrics = await (await fetch(`${gateway.managementUrl}/metrics`)).text();
    expect(metrics).toContain('http_requests_in_flight 0');
    expect(metrics).toContain('http_request_duration_seconds_count{method="GET",route="/v1/products",status="499"} 2');
  });

  it('When requests are refused for other reasons, then they take no place', async () => {
    await Promise.all(Array.from({ length: 10 }, () => fetch(`${gateway.url}/nothing`)));

    expect((await fetch(`${gateway.url}/v1/products`)).status).toBe(200);
  });
});

describe('a process that does not keep up', () => {
  const { gateway, service } = givenGateway();
  const places = async () => {
    const metrics = await (await fetch(`${gateway.managementUrl}/metrics`)).text();
    return Number(/^admission_places\{service="catalog"\} (\d+)$/m.exec(metrics)?.[1]);
  };

  it('When the event loop stays late, then fewer requests are let in, and more again once it is on time', async () => {
    await eventually(() => {
      for (const until = performance.now() + 300; performance.now() < until;);
      return places();
    }).toBe(16);
    service.answer = () => {};
    const leaving = new AbortController();
    const ask = () => fetch(`${gateway.url}/v1/products`, { signal: leaving.signal });
    const waiting = Promise.allSettled(Array.from({ length: 16 }, ask));
    await eventually(() => service.seen.length).toBe(16);

    const refused = await ask();
    await eventually(places).toBeGreaterThan(16);
    leaving.abort();
    await waiting;

    expect([refused.status, Number(refused.headers.get('retry-after'))]).toEqual([503, expect.any(Number)]);
  });
});
