import { z } from 'zod';

import { type ProblemCode, problems, problemSchema } from './problems.ts';
import { noContent, problemsOf, type Route, servicesOf } from './route.ts';

type Json = Record<string, unknown>;

/** The API as an OpenAPI 3.1 document, made of the route table and nothing else. */
export function openApiDocument(table: Record<string, Route>): Json {
  const paths: Record<string, Json> = {};
  for (const route of Object.values(table)) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Towpath', version: '1' },
    paths,
    components: {
      schemas: { Problem: jsonSchema(problemSchema, 'output') },
      securitySchemes: { accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  };
}

function operation(route: Route): Json {
  return {
    operationId: route.name,
    summary: route.summary,
    tags: [...servicesOf(route)],
    security: route.access === 'user' || route.access === 'admin' ? [{ accessToken: [] }] : [],
    parameters: [
      ...parameters('path', route.params),
      ...parameters('query', route.query),
      ...parameters('header', route.headers),
    ],
    ...(route.body && {
      requestBody: { required: true, content: { 'application/json': { schema: jsonSchema(route.body, 'input') } } },
    }),
    responses: { ...answers(route), ...failures(route) },
  };
}

function parameters(place: string, schema: z.ZodType | undefined): Json[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = jsonSchema(schema, 'input') as { properties?: Json; required?: string[] };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: required.includes(name),
    schema: property,
  }));
}

function answers(route: Route): Json {
  return Object.fromEntries(
    Object.entries(route.answers).map(([status, schema]) => [
      status,
      { description: route.summary, ...(schema !== noContent && { content: content(route, schema) }) },
    ]),
  );
}

function content({ isStream }: Route, schema: z.ZodType): Json {
  return { [isStream ? 'text/event-stream' : 'application/json']: { schema: jsonSchema(schema, 'output') } };
}

function failures(route: Route): Json {
  const byStatus = Object.groupBy(problemsOf(route), (code: ProblemCode) => problems[code].status);
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, codes = []]) => [
      status,
      {
        description: codes.join(', '),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  );
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io });
  return rest;
}
