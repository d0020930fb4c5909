import { describeBadInput } from '@towpath/testing';

import { givenGateway } from './given-gateway.ts';

describe('bad input', () => {
  const { gateway, service } = givenGateway();
  const asked: unknown[] = [];
  afterEach(() => asked.push(...service.seen));

  describeBadInput(undefined, {
    url: () => gateway.url,
    token: () => service.token('admin'),
    effects: () => [...asked],
  });
});
