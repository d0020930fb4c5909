import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { openApiDocument, problems, problemsOf, routes } from './index.ts';
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

  it('When a problem changes, then docs/problems.md is written again with `node libs/api/write-docs.ts`', () => {
    expect(readFileSync(resolve(__dirname, '../../docs/problems.md'), 'utf8')).toBe(problemsPage());
  });
});

describe('the OpenAPI document', () => {
  const document = openApiDocument(routes) as {
    paths: Record<
      string,
      Record<string, { operationId: string; security: unknown[]; responses: Record<string, unknown> }>
    >;
  };

  it('When it is made, then it holds every operation of the table', () => {
    const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));

    expect(operations.map((operation) => operation.operationId).sort()).toEqual(Object.keys(routes).sort());
  });

  it('When an operation reads a body, a path and a query, then each has its schema', () => {
    expect(document.paths['/v1/products/{id}/stock']?.put).toMatchObject({
      parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } }],
      requestBody: {
        content: {
          'application/json': {
            schema: {
              type: 'object',
              properties: { quantity: { type: 'integer', minimum: 0, maximum: 1_000_000 } },
              required: ['quantity'],
              additionalProperties: false,
            },
          },
        },
      },
    });
    expect(document.paths['/v1/orders']?.get).toMatchObject({
      parameters: [
        { name: 'limit', in: 'query', required: false, schema: { type: 'integer', minimum: 1, maximum: 100 } },
        { name: 'cursor', in: 'query', required: false },
      ],
    });
  });

  it('When an operation needs a login, then it says so and that it may be missing', () => {
    expect(document.paths['/v1/me']?.get).toMatchObject({
      security: [{ accessToken: [] }],
      responses: { 401: {}, 500: {} },
    });
    expect(document.paths['/v1/users']?.post?.security).toEqual([]);
    expect(Object.keys(document.paths['/v1/orders']?.post?.responses ?? {})).toEqual(
      expect.arrayContaining(['201', '400', '401', '409', '413', '415', '422', '503', '504']),
    );
  });

  it('When a problem is documented, then its status is an error', () => {
    expect(Object.values(problems).filter(({ status }) => status < 400)).toEqual([]);
  });
});
