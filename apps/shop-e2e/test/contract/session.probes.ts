import { createHmac, randomUUID } from 'node:crypto';

import { eventually } from '@towpath/testing';

import { type Answered, masked } from '../wire.ts';
import type { sessionRows } from './rows.ts';
import { bodyOf, type Probes, seenFrom, type World } from './world.ts';

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

const address = '10.8.0.1';

/** An event that says nothing new of something that nobody here knows. */
const event = { id: `evt_${randomUUID()}`, object: 'event', type: 'customer.created', data: { object: {} } };

async function providerSays(world: World, signedAtMs: number, secret?: string): Promise<Answered> {
  const body = JSON.stringify(event);
  const t = Math.floor(signedAtMs / 1_000);
  const key = secret ?? (await world.shop.secret('payment-webhook-secret'));
  const v1 = createHmac('sha256', key).update(`${t}.${body}`).digest('hex');
  const headers = { 'content-type': 'application/json', 'stripe-signature': `t=${t},v1=${v1}` };
  return world.ask({ method: 'POST', path: '/v1/webhooks/payment-provider', headers, body });
}

export const sessionProbes: Probes<typeof sessionRows> = {
  wrongPassword: (world) => world.logIn({ ...world.ada.credentials, password: randomUUID() }, address),
  unknownUser: async (world) => {
    const wrong = await world.logIn({ ...world.ada.credentials, password: randomUUID() }, address);
    const unknown = await world.logIn({ email: `${randomUUID()}@example.com`, password: randomUUID() }, address);
    expect(masked(unknown)).toBe(masked(wrong));
    return unknown;
  },
  knownEmail: async (world) => {
    const register = (email: string) =>
      world.ask({
        method: 'POST',
        path: '/v1/users',
        json: { email, password: randomUUID(), name: 'Ada' },
        from: address,
      });
    const known = await register(world.ada.credentials.email);
    expect(seenFrom(known)).toEqual(seenFrom(await register(`${randomUUID()}@example.com`)));
    return known;
  },
  refresh: async (world) => {
    const { session } = await world.someone();
    const answer = await world.refresh(session.refreshToken, address);
    const { accessToken, refreshToken } = bodyOf<Tokens>(answer);
    expect([accessToken === session.accessToken, refreshToken === session.refreshToken]).toEqual([false, false]);
    expect(await world.ask({ path: '/v1/me', token: accessToken })).toMatchObject({ status: 200 });
    return answer;
  },
  refreshReused: async (world) => {
    const { session } = await world.someone();
    const { refreshToken: newest } = bodyOf<Tokens>(await world.refresh(session.refreshToken, address));
    const reused = await world.refresh(session.refreshToken, address);
    expect(await world.refresh(newest, address)).toMatchObject({ status: 401 });
    return reused;
  },
  accessAsRefresh: (world) => world.refresh(world.ada.token, address),
  logout: async (world) => {
    const customer = await world.someone();
    const answer = await world.ask({ method: 'DELETE', path: '/v1/sessions/current' }, customer);
    expect(await world.refresh(customer.session.refreshToken, address)).toMatchObject({ status: 401 });
    await eventually(() => world.ask({ path: '/v1/me' }, customer)).toMatchObject({ status: 401 });
    return answer;
  },
  webhookUnsigned: (world) => world.ask({ method: 'POST', path: '/v1/webhooks/payment-provider', json: event }),
  webhookForged: (world) => providerSays(world, Date.now(), 'whsec_of_somebody_else'),
  webhookOld: (world) => providerSays(world, Date.now() - 301_000),
  webhookReplayed: async (world) => {
    const before = await world.shop.provider.intents();
    expect(await providerSays(world, Date.now())).toMatchObject({ status: 200 });
    const again = await providerSays(world, Date.now());
    expect(await world.shop.provider.intents()).toEqual(before);
    return again;
  },
};
