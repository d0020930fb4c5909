import type { Json } from './json-schemas.ts';
import { type HeaderName, headers } from './openapi-headers.ts';
import { type ProblemCode, problems } from './problems.ts';
import { problemsOf, type Route } from './route.ts';

/** The answers of routes that are no success: one component for each set of problems that share a status. */
export class ProblemResponses {
  readonly components: Record<string, Json> = {};
  readonly examples: Record<string, Json> = {};

  of(route: Route): Json {
    const byStatus = Object.groupBy(problemsOf(route), (code) => problems[code].status);
    return Object.fromEntries(
      Object.entries(byStatus).map(([status, codes = []]) => [
        status,
        { $ref: `#/components/responses/${this.add(Number(status), codes)}` },
      ]),
    );
  }

  private add(status: number, codes: readonly ProblemCode[]): string {
    const name = codes.map(pascal).join('Or');
    this.components[name] ??= response(status, codes);
    for (const code of codes) this.examples[code] ??= { summary: problems[code].title, value: problemExample(code) };
    return name;
  }
}

function response(status: number, codes: readonly ProblemCode[]): Json {
  return {
    description: codes.map((code) => `\`${code}\`: ${problems[code].meaning}`).join('\n\n'),
    headers: headers('traceparent', ...headersOf(status, codes)),
    content: {
      'application/problem+json': {
        schema: {
          allOf: [
            { $ref: '#/components/schemas/Problem' },
            {
              type: 'object',
              properties: { type: { type: 'string', pattern: `/(${codes.join('|')})$` }, status: { const: status } },
            },
          ],
        },
        examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
      },
    },
  };
}

function headersOf(status: number, codes: readonly ProblemCode[]): HeaderName[] {
  if (status === 401) return ['WWW-Authenticate'];
  if (status === 429) return ['Retry-After', 'RateLimit', 'RateLimit-Policy'];
  if (status === 503) return ['Retry-After'];
  return [
    ...(codes.includes('in-progress') ? (['Retry-After'] as const) : []),
    ...(codes.includes('already-checked-out') ? (['Location'] as const) : []),
  ];
}

function problemExample(code: ProblemCode): Json {
  const { title, status, meaning } = problems[code];
  const pointer = { 'unknown-field': '/status', 'unknown-product': '/lines/0/productId' }[code as string];
  return {
    type: `/problems/${code}`,
    title,
    status,
    detail: meaning.split('. ', 1)[0]?.replace(/\.?$/, '.'),
    instance: '/v1/orders',
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    ...(pointer && { errors: [{ pointer, detail: 'is not known' }] }),
    ...(code === 'invalid-request' && {
      errors: [{ pointer: '/lines/0/quantity', detail: 'Too small: expected number to be >=1' }],
    }),
  };
}

function pascal(code: string): string {
  return code.replaceAll(/(^|-)[a-z]/g, (start) => start.slice(-1).toUpperCase());
}
