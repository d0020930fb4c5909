import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { createConfig, lintFromString } from '@redocly/openapi-core';
import type { z } from 'zod';

import { exampleOf, noContent, openApiDocument, problems, problemSchema, type Route, routes } from './index.ts';

const all = Object.values<Route>(routes);

describe('the OpenAPI document', () => {
  const document = openApiDocument(routes) as unknown as Document;

  it('When a route or a problem changes, then docs/openapi.json is written again with `node libs/api/write-docs.ts`', () => {
    expect(JSON.parse(readFileSync(resolve(__dirname, '../../docs/openapi.json'), 'utf8'))).toEqual(document);
  });

  it('When it is made, then it holds every operation of the table', () => {
    expect(operations(document).map(({ operationId }) => operationId)).toEqual(
      expect.arrayContaining(Object.keys(routes)),
    );
    expect(operations(document)).toHaveLength(all.length);
  });

  it('When it is linted, then there is nothing to say', async () => {
    expect(await lint(document)).toEqual([]);
  });

  it('When it speaks of what is not there, then the linter says so', async () => {
    const broken = structuredClone(document);
    broken.paths['/v1/me']!['get']!.security = [{ unknown: [] }];
    broken.paths['/v1/orders']!['get']!.tags = ['unknown'];
    delete broken.paths['/v1/users']!['post']!.responses['202'];

    expect(await lint(broken)).toEqual([
      'operation-2xx-response: Operation must have at least one `2XX` response.',
      'operation-tag-defined: Operation tags should be defined in global tags.',
      'security-defined: There is no `unknown` security scheme defined.',
    ]);
  });

  it('When an operation reads a body, a path, a query and headers, then each has its schema and an example', () => {
    const { parameters, requestBody } = document.paths['/v1/orders/{id}/refund']!['post']!;

    expect({ parameters, requestBody }).toEqual({
      parameters: [
        {
          name: 'id',
          in: 'path',
          required: true,
          schema: { $ref: '#/components/schemas/Id' },
          example: '0199f2a4-7c1e-7b5a-9d3e-2f6c8a1b4e70',
        },
        {
          name: 'Idempotency-Key',
          in: 'header',
          required: true,
          description: 'one for each thing to be done, kept while the request is repeated',
          schema: { type: 'string', pattern: String.raw`^[\x21-\x7e]{16,128}$` },
          example: '8e03978e-40d5-43e8-bc93-6894a57f9324',
        },
      ],
      requestBody: {
        required: true,
        content: {
          'application/json': { schema: { $ref: '#/components/schemas/RefundOrder' }, example: { amountMinor: 500 } },
        },
      },
    });
    expect(document.paths['/v1/orders']!['get']!.parameters).toMatchObject([
      { name: 'limit', in: 'query', required: false, schema: { type: 'integer', minimum: 1, maximum: 100 } },
      { name: 'cursor', in: 'query', required: false },
    ]);
  });

  it('When an operation asks who it is, then it says how', () => {
    const security = (path: string, method: string) => document.paths[path]![method]!.security;

    expect([
      security('/v1/me', 'get'),
      security('/v1/users', 'post'),
      security('/v1/webhooks/payment-provider', 'post'),
    ]).toEqual([[{ accessToken: [] }], [], [{ providerSignature: [] }]]);
  });

  it('When an operation streams, then it is documented as events, and what has no body as none', () => {
    const { responses } = document.paths['/v1/orders/{id}/events']!['get']!;

    expect(responses['200']?.content).toEqual({
      'text/event-stream': expect.objectContaining({ example: expect.stringMatching(/^id: 1\ndata: \{.*\}\n\n$/) }),
    });
    expect(responses['204']).not.toHaveProperty('content');
  });

  it('When an answer has headers of its own, then it says so', () => {
    const headers = (path: string, method: string, status: string) =>
      Object.keys(document.paths[path]![method]!.responses[status]!.headers);

    expect(headers('/v1/orders', 'post', '201')).toEqual([
      'traceparent',
      'RateLimit',
      'RateLimit-Policy',
      'Location',
      'Idempotency-Replayed',
    ]);
    expect(headers('/v1/products/{id}', 'patch', '200')).toContain('ETag');
    expect(Object.keys(document.components.responses['RateLimited']!.headers)).toEqual([
      'traceparent',
      'Retry-After',
      'RateLimit',
      'RateLimit-Policy',
    ]);
    expect(Object.keys(document.components.responses['Unauthenticated']!.headers)).toContain('WWW-Authenticate');
  });

  it('When an operation can fail, then each problem has an example that is one', () => {
    const examples = Object.entries(document.components.examples);

    expect(examples.map(([, { value }]) => problemSchema.safeParse(value).error)).toEqual(
      examples.map(() => undefined),
    );
    expect(examples.filter(([code, { value }]) => value.type !== `/problems/${code}`)).toEqual([]);
    expect(examples.map(([code]) => code).sort()).toEqual(
      Object.keys(problems)
        .filter((code) => code !== 'method-not-allowed')
        .sort(),
    );
  });
});

describe('the examples', () => {
  const inputs = all.flatMap((route) =>
    (['params', 'query', 'headers', 'body'] as const).flatMap((part): Row[] =>
      route[part] ? [[`${part} of ${route.name}`, route[part]]] : [],
    ),
  );
  const answers = all.flatMap((route) =>
    Object.entries(route.answers).map(([status, schema]): Row => [`${status} of ${route.name}`, schema]),
  );

  it.each([...inputs, ...answers.filter(([, schema]) => schema !== noContent)])(
    'When it is the %s, then it is one',
    (_, schema) => {
      const example = exampleOf(schema);

      expect(schema.parse(example)).toEqual(example);
    },
  );
});

type Row = readonly [title: string, schema: z.ZodType];

interface Response {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, unknown>>;
}

interface Operation {
  readonly operationId: string;
  tags: string[];
  security: object[];
  readonly parameters: unknown[];
  readonly requestBody?: unknown;
  readonly responses: Record<string, Response>;
}

interface Document {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: {
    readonly examples: Record<string, { readonly value: { readonly type: string } }>;
    readonly responses: Record<string, Response>;
  };
}

function operations({ paths }: Document): Operation[] {
  return Object.values(paths).flatMap((methods) => Object.values(methods));
}

/** Beyond those that Redocly recommends. */
const rules = {
  'operation-tag-defined': 'error',
  'no-invalid-parameter-examples': 'error',
  'no-invalid-media-type-examples': 'error',
} as const;

/** What the linter says, its warnings included. */
async function lint(document: Document): Promise<string[]> {
  const config = await createConfig({ extends: ['recommended'], rules });
  const said = await lintFromString({ source: JSON.stringify(document), config });
  return said.map(({ ruleId, message }) => `${ruleId}: ${message}`).sort();
}
