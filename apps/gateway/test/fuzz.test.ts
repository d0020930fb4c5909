import { problems, problemSchema } from '@towpath/api';
import { type GoodRequest, goodRequests } from '@towpath/testing';
import fc from 'fast-check';

import { givenGateway } from './given-gateway.ts';

const text = fc.string({ unit: 'binary', maxLength: 40 });

/** A good request in which some of the body, the address or the headers is something else. */
const mangled = (good: GoodRequest) =>
  fc.record({
    json: fc.option(fc.oneof(fc.jsonValue(), fc.constant(good.json ?? {}), mutated(good.json ?? {})), {
      nil: undefined,
    }),
    id: fc.option(text.map(encodeURIComponent), { nil: undefined }),
    query: fc.option(fc.oneof(text.map(encodeURIComponent), fc.webQueryParameters()), { nil: undefined }),
    headers: fc.dictionary(fc.stringMatching(/^x-[a-z]{1,10}$/), fc.stringMatching(/^[\x21-\x7e]{0,40}$/)),
  });

function mutated(json: object) {
  const keys = Object.keys(json);
  if (keys.length === 0) return fc.constant(json);
  return fc.tuple(fc.constantFrom(...keys), fc.jsonValue()).map(([key, value]) => ({ ...json, [key]: value }));
}

describe('anything at all', () => {
  const { gateway, service } = givenGateway();

  it.each(goodRequests().map((good) => [good.route.name, good] as const))(
    'When %s is asked for with whatever, then it is forwarded, or refused with a documented problem',
    async (_, good) => {
      const authorization = `Bearer ${await service.token('admin')}`;

      await fc.assert(
        fc.asyncProperty(mangled(good), async ({ json, id, query, headers }) => {
          const path = id === undefined ? good.path : good.route.path.replace('{id}', id);
          const response = await fetch(`${gateway.url}${path}${query === undefined ? '' : `?${query}`}`, {
            method: good.method,
            headers: { ...headers, ...good.headers, authorization },
            body: good.body && (json === undefined ? good.body : JSON.stringify(json)),
          });

          const answer: unknown = await response.json();
          if (response.status === 200) return;
          const problem = problemSchema.parse(answer);
          expect(response.status).toBeLessThan(500);
          expect(problems).toHaveProperty(problem.type.replace('/problems/', ''));
        }),
        { numRuns: 100 },
      );
    },
  );
});
