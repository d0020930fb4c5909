import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { type Route, routes, servicesOf } from '@towpath/api';
import { parse } from 'yaml';

const file = (name: string) => readFileSync(resolve(__dirname, '..', name), 'utf8');

describe('what the gateway says of itself', () => {
  it('When the API changes, then service.yaml lists what is called for it', () => {
    const { calls } = parse(file('service.yaml')) as { calls: { service: string; paths: string[] }[] };
    const declared = calls.flatMap(({ service, paths }) => paths.map((path) => `${service}: ${path}`));
    const needed = Object.values<Route>(routes).flatMap((route) =>
      servicesOf(route).map((service) => `${service}: ${route.method} ${route.path}`),
    );

    const inside = ['user: GET /.well-known/jwks.json', 'user: GET /internal/revoked-sessions'];

    expect(declared.sort()).toEqual([...needed, ...inside].sort());
  });
});
