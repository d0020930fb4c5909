import { randomUUID } from 'node:crypto';

import { eventually } from '@towpath/testing';

import type { Answered, Asked } from '../wire.ts';
import type { limitRows } from './rows.ts';
import type { Probes, World } from './world.ts';

/** The first answer after so many. What a busy machine turned away is not one of them: then it takes some more. */
async function after(count: number, ask: () => Promise<Answered>): Promise<Answered> {
  const answers = await Promise.all(Array.from({ length: count }, ask));
  expect(answers.filter(({ status }) => status === 429)).toEqual([]);
  for (let more = 0; more <= count; more++) {
    const answer = await ask();
    if (answer.status === 429) break;
    answers.push(answer);
  }
  expect(answers.filter(({ status }) => status < 500).length).toBeLessThanOrEqual(count);
  return ask();
}

const products: Asked = { path: '/v1/products?limit=1' };

async function wrongFiveTimes(world: World, from: string): Promise<void> {
  const { email } = world.bob.credentials;
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => world.logIn({ email, password: randomUUID() }, from)),
  );
  expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401]);
}

/** While the service does not run. */
async function dependencyDown(world: World): Promise<Answered> {
  const pid = await world.shop.pidOf('catalog');
  process.kill(pid, 'SIGKILL');
  const answer = await world.ask(products, world.bob);
  await world.shop.untilRestarted('catalog', pid);
  return answer;
}

async function dependencySlow(world: World): Promise<Answered> {
  const pid = await world.shop.pidOf('catalog');
  process.kill(pid, 'SIGSTOP');
  try {
    return await world.ask(products, world.bob);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}

export const limitProbes: Probes<typeof limitRows> = {
  tooManyFailures: async (world) => {
    await wrongFiveTimes(world, '10.9.0.1');
    return world.logIn(world.bob.credentials, '10.9.0.1');
  },
  notLockedOut: (world) => world.logIn(world.bob.credentials, '10.9.0.2'),
  tooManyLogins: (world) =>
    after(20, () => world.logIn({ email: `${randomUUID()}@example.com`, password: randomUUID() }, '10.9.0.3')),
  tooManyRegistrations: (world) =>
    after(10, () => {
      const json = { email: `${randomUUID()}@example.com`, password: randomUUID(), name: 'Ada' };
      return world.ask({ method: 'POST', path: '/v1/users', json, from: '10.9.0.4' });
    }),
  tooManyCheckouts: async (world) => {
    const customer = await world.someone();
    return after(10, () => world.order(customer));
  },
  tooManyOfUser: async (world) => {
    const customer = await world.someone();
    return after(120, () => world.ask({ path: '/v1/me' }, customer));
  },
  tooManyOfAddress: (world) => after(300, () => world.ask({ ...products, from: '10.9.0.5' })),
  spoofedAddress: (world) => world.ask({ ...products, from: `1.2.3.4, ${randomUUID()}, 10.9.0.5` }),
  tooManyDeclines: async (world) => {
    const customer = await world.someone();
    const declined = { paymentMethod: 'pm_card_chargeDeclined' };
    await Promise.all(Array.from({ length: 5 }, () => world.order(customer, declined)));
    await eventually(async () => (await customer.orders()).map(({ cancelReason }) => cancelReason)).toEqual(
      Array(5).fill('declined'),
    );
    return world.order(customer);
  },
  dependencyDown,
  dependencySlow,
};
