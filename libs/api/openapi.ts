import type { z } from 'zod';

import { exampleOf, type Json, JsonSchemas } from './json-schemas.ts';
import { headerComponents, successHeaders } from './openapi-headers.ts';
import { ProblemResponses } from './openapi-problems.ts';
import { problemSchema } from './problems.ts';
import { noContent, type Route } from './route.ts';

/** The parts of the API, by what comes after `/v1/` in their paths. */
const tags: Readonly<Record<string, readonly [name: string, description: string]>> = {
  users: ['accounts', 'Register.'],
  me: ['accounts', 'Your account: read, change, export and erase it.'],
  sessions: ['sessions', 'Log in, stay logged in, and log out.'],
  products: ['products', 'What the shop sells.'],
  orders: ['orders', 'Buy, follow, cancel and refund.'],
  admin: ['administration', 'What those who run the shop look at.'],
  webhooks: ['webhooks', 'For other parties, who sign what they send.'],
};

const schemes = {
  accessToken: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'The `accessToken` of a session.',
  },
  providerSignature: {
    type: 'apiKey',
    in: 'header',
    name: 'Stripe-Signature',
    description: 'HMAC-SHA256 of moment and body, as Stripe makes it; good for 300 seconds.',
  },
};

/** The API as an OpenAPI 3.1 document, made of the route table and nothing else. */
export function openApiDocument(table: Record<string, Route>): Json {
  const schemas = new JsonSchemas();
  const problems = new ProblemResponses();
  const paths: Record<string, Json> = {};
  for (const route of Object.values(table)) {
    const method = route.method.toLowerCase();
    paths[route.path] = { ...paths[route.path], [method]: operation(route, schemas, problems) };
  }
  schemas.of(problemSchema, 'output');
  return {
    openapi: '3.1.0',
    info: {
      title: 'Towpath',
      version: '1',
      description: 'The shop. Every answer that is not a success is a problem of RFC 9457: see docs/problems.md.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'The gateway that serves this document.' }],
    tags: tagsOf(table),
    paths,
    components: {
      schemas: schemas.components,
      responses: problems.components,
      examples: problems.examples,
      headers: headerComponents,
      securitySchemes: schemes,
    },
  };
}

function tagOf({ path }: Route): readonly [name: string, description: string] {
  const [, , part = ''] = path.split('/');
  const tag = tags[part];
  if (!tag) throw new Error(`Add a tag for ${path} to openapi.ts.`);
  return tag;
}

function tagsOf(table: Record<string, Route>): Json[] {
  const described = new Map<string, Set<string>>();
  for (const [name, description] of Object.values(table).map(tagOf)) {
    described.set(name, (described.get(name) ?? new Set()).add(description));
  }
  return [...described].map(([name, descriptions]) => ({ name, description: [...descriptions].join(' ') }));
}

function operation(route: Route, schemas: JsonSchemas, problems: ProblemResponses): Json {
  return {
    operationId: route.name,
    summary: route.summary,
    tags: [tagOf(route)[0]],
    security: securityOf(route),
    parameters: [
      ...parameters('path', route.params, schemas),
      ...parameters('query', route.query, schemas),
      ...(route.access === 'provider' ? [] : parameters('header', route.headers, schemas)),
    ],
    ...(route.body && {
      requestBody: {
        required: true,
        content: {
          'application/json': { schema: schemas.of(route.body, 'input'), example: exampleOf(route.body) },
        },
      },
    }),
    responses: { ...answers(route, schemas), ...problems.of(route) },
  };
}

function securityOf({ access }: Route): Json[] {
  if (access === 'anyone') return [];
  return [{ [access === 'provider' ? 'providerSignature' : 'accessToken']: [] }];
}

function parameters(place: 'path' | 'query' | 'header', schema: z.ZodType | undefined, schemas: JsonSchemas): Json[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = schemas.of(schema, 'input') as Shape;
  const example = exampleOf(schema) as Json;
  return Object.entries(properties).map(([name, { description, ...property }]) => ({
    name: place === 'header' ? headerName(name) : name,
    in: place,
    required: required.includes(name),
    ...(description !== undefined && { description }),
    schema: property,
    example: example[name],
  }));
}

interface Shape {
  readonly properties?: Record<string, Json>;
  readonly required?: readonly string[];
}

/** As RFCs write them: Idempotency-Key, Last-Event-ID. */
function headerName(name: string): string {
  const capital = name.replaceAll(/(^|-)[a-z]/g, (start) => start.toUpperCase());
  return capital.replace(/-Id$/, '-ID');
}

function answers(route: Route, schemas: JsonSchemas): Json {
  const described = Object.entries(route.answers).map(([status, schema]) => [
    status,
    {
      description: descriptionOf(Number(status), route),
      headers: successHeaders(route),
      ...(schema !== noContent && { content: content(route, schema, schemas) }),
    },
  ]);
  return Object.fromEntries(described);
}

function descriptionOf(status: number, { answers: all, isStream }: Route): string {
  if (status === 204) return isStream ? 'Nothing more will happen.' : 'Done.';
  if (status === 202) return 'Taken on; it is done soon.';
  if (status === 201) return 'Made.';
  return 202 in all ? 'It was done before.' : 'Done.';
}

function content({ isStream }: Route, schema: z.ZodType, schemas: JsonSchemas): Json {
  const example = exampleOf(schema);
  if (!isStream) return { 'application/json': { schema: schemas.of(schema, 'output'), example } };
  return {
    'text/event-stream': {
      schema: {
        type: 'string',
        description: 'Server-sent events; the `data` of each is JSON.',
        contentMediaType: 'application/json',
        contentSchema: schemas.of(schema, 'output'),
      },
      example: `id: 1\ndata: ${JSON.stringify(example)}\n\n`,
    },
  };
}
