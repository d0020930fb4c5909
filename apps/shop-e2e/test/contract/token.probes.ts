import { eventually } from '@towpath/testing';

import { type Answered, masked } from '../wire.ts';
import type { tokenRows } from './rows.ts';
import type { Probes, World } from './world.ts';

const withoutToken = (world: World) => world.ask({ path: '/v1/me' });

async function refused(world: World, token: string): Promise<Answered> {
  const answer = await world.ask({ path: '/v1/me', token });
  expect(masked(answer)).toBe(masked(await withoutToken(world)));
  return answer;
}

export const tokenProbes: Probes<typeof tokenRows> = {
  noToken: withoutToken,
  malformedToken: (world) => refused(world, 'a.b.c'),
  badSignature: (world) => refused(world, world.forger.signed({}, {}, { key: world.forger.stranger.key })),
  expired: (world) => refused(world, world.forger.signed(world.forger.issuedIn(-631))),
  wrongIssuer: (world) => refused(world, world.forger.signed({ iss: 'https://issuer.example' })),
  wrongAudience: (world) => refused(world, world.forger.signed({ aud: 'another-api' })),
  wrongType: (world) => refused(world, world.forger.signed({}, { typ: 'JWT' })),
  wrongAlgorithm: (world) => refused(world, `${world.forger.unsigned({ alg: 'none' })}.`),
  revoked: async (world) => {
    const customer = await world.someone();
    expect(await world.ask({ path: '/v1/me' }, customer)).toMatchObject({ status: 200 });
    await world.ask({ method: 'DELETE', path: '/v1/sessions/current' }, customer);
    await eventually(() => world.ask({ path: '/v1/me' }, customer)).toMatchObject({ status: 401 });
    return refused(world, customer.token);
  },
  refreshAsAccess: (world) => refused(world, world.ada.session.refreshToken),
};
