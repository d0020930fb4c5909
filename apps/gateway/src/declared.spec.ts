import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { type Route, routes } from '@towpath/api';
import { settingsTable } from '@towpath/config';
import { parse } from 'yaml';

import { GatewayConfig } from './gateway.config.ts';

const file = (name: string) => readFileSync(resolve(__dirname, '..', name), 'utf8');
const unpadded = (table: string) => table.replaceAll(/ +/g, ' ');

describe('what the gateway says of itself', () => {
  it('When a setting changes, then README.md says so', () => {
    for (const row of settingsTable(GatewayConfig).split('\n').slice(2))
      expect(unpadded(file('README.md'))).toContain(row);
  });

  it('When the API changes, then service.yaml lists what is called for it', () => {
    const { calls } = parse(file('service.yaml')) as { calls: { service: string; paths: string[] }[] };
    const declared = calls.flatMap(({ service, paths }) => paths.map((path) => `${service}: ${path}`));
    const needed = Object.values<Route>(routes).map(({ service, method, path }) => `${service}: ${method} ${path}`);

    expect(declared.sort()).toEqual([...needed, 'user: GET /.well-known/jwks.json'].sort());
  });
});
