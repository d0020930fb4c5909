import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { problems, problemsOf, routes } from './index.ts';
import { problemsPage } from './problems-page.ts';

describe('the route table', () => {
  it('When a route is in the table, then its key is its name', () => {
    expect(Object.values(routes).map((route) => route.name)).toEqual(Object.keys(routes));
  });

  it('When two routes are compared, then they differ in method or path', () => {
    const addresses = Object.values(routes).map(
      (route) => `${route.method} ${route.path.replaceAll(/\{\w+\}/g, '{}')}`,
    );

    expect(new Set(addresses).size).toBe(addresses.length);
  });

  it('When a path has a parameter, then the route has its schema', () => {
    const undeclared = Object.values(routes).filter((route) => route.path.includes('{') !== 'params' in route);

    expect(undeclared).toEqual([]);
  });
});

describe('the problem table', () => {
  it('When a route lists its problems, then what every route of its kind can answer is added', () => {
    expect(problemsOf(routes.createProduct)).toEqual([
      'invalid-request',
      'unknown-field',
      'already-exists',
      'request-timeout',
      'uri-too-long',
      'headers-too-large',
      'unauthenticated',
      'forbidden',
      'payload-too-large',
      'unsupported-media-type',
      'rate-limited',
      'internal',
      'overloaded',
      'upstream-timeout',
    ]);
  });

  it('When a problem is documented, then its status is an error', () => {
    expect(Object.values(problems).filter(({ status }) => status < 400)).toEqual([]);
  });

  it('When a problem changes, then docs/problems.md is written again with `node libs/api/write-docs.ts`', () => {
    expect(readFileSync(resolve(__dirname, '../../docs/problems.md'), 'utf8')).toBe(problemsPage());
  });
});
