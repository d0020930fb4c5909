import { randomUUID } from 'node:crypto';

import { problemSchema, routes } from '@towpath/api';
import { goodRequest } from '@towpath/testing';

import { givenGateway } from './given-gateway.ts';
import type { StandIn } from './stand-in.ts';

type Name = keyof typeof routes;
interface From {
  readonly address?: string;
  readonly token?: string;
  readonly body?: object;
}

const strict = {
  TRUSTED_PROXY_HOPS: '1',
  IP_REQUESTS_PER_MINUTE: '60',
  USER_REQUESTS_PER_MINUTE: '12',
  CHECKOUTS_PER_MINUTE: '4',
  LOGIN_FAILURES_PER_QUARTER_HOUR: '5',
  ACCOUNT_FAILURES_PER_HOUR: '8',
  LOGINS_PER_MINUTE: '20',
  REFRESHES_PER_MINUTE: '6',
  REGISTRATIONS_PER_HOUR: '3',
  PROVIDER_EVENTS_PER_MINUTE: '5',
};
const { gateway, service } = givenGateway(strict);

/** A new one for each test, so that none counts for another. */
let lastAddress = 0;
const newAddress = () => `192.0.2.${(lastAddress += 1)}`;

async function send(name: Name, { address = newAddress(), token, body }: From = {}, path?: string) {
  const request = goodRequest(routes[name]);
  const response = await fetch(gateway.url + (path ?? request.path), {
    method: request.method,
    headers: {
      ...request.headers,
      'x-forwarded-for': `198.51.100.99, ${address}`,
      ...(token && { authorization: `Bearer ${token}` }),
    },
    body: body ? JSON.stringify(body) : request.body,
  });
  return { status: response.status, headers: response.headers, body: await response.text() };
}

async function statuses(count: number, ask: () => ReturnType<typeof send>): Promise<number[]> {
  const all: number[] = [];
  for (let sent = 0; sent < count; sent += 1) all.push((await ask()).status);
  return all;
}

const times = (count: number, status: number) => Array<number>(count).fill(status);
const unauthenticated = { type: '/problems/unauthenticated', title: 'Not logged in', status: 401 };
/** As the user service does: 401 for a wrong password, 201 for the right one. */
const answerLogins = (to: StandIn) => {
  to.answer = ({ body }, response) => {
    const isRight = body.includes('the right one');
    response.writeHead(isRight ? 201 : 401, {
      'content-type': isRight ? 'application/json' : 'application/problem+json',
    });
    response.end(JSON.stringify(isRight ? {} : unauthenticated));
  };
};
const guess = (email: string, address?: string) => () =>
  send('logIn', { address, body: { email, password: 'a wrong password' } });
const logIn = (email: string, address?: string) => () =>
  send('logIn', { address, body: { email, password: 'the right one' } });
const newEmail = () => `${randomUUID()}@example.org`;
const asUser = () => service.token('customer', { id: randomUUID() });

describe('requests of one address', () => {
  it('When it has sent as many as it may, then it is told to wait, and nobody else is', async () => {
    const address = newAddress();

    const first = await statuses(60, () => send('listProducts', { address }));
    const refused = await send('listProducts', { address });

    expect(first).toEqual(times(60, 200));
    expect(problemSchema.parse(JSON.parse(refused.body))).toMatchObject({
      status: 429,
      type: '/problems/rate-limited',
      detail: 'The limit "address" is reached.',
    });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50);
    expect(refused.headers.get('ratelimit-policy')).toBe('"address";q=60;w=60');
    expect(refused.headers.get('ratelimit')).toMatch(/^"address";r=0;t=(5\d|60)$/);
    expect((await send('listProducts')).status).toBe(200);
    expect(service.seen.length).toBe(61);
  });

  it('When it asks for what does not exist, or is no user, then that counts too', async () => {
    const address = newAddress();

    const all = [
      ...(await statuses(20, () => send('listProducts', { address }, '/nothing'))),
      ...(await statuses(20, () => send('setStock', { address }, '/v1/products'))),
      ...(await statuses(20, () => send('readMe', { address, token: 'x' }))),
      ...(await statuses(1, () => send('listProducts', { address }))),
    ];

    expect(all).toEqual([...times(20, 404), ...times(20, 405), ...times(20, 401), 429]);
  });

  it('When they are of one IPv6 network, then they count as one', async () => {
    let host = 0;

    const all = await statuses(61, () => send('listProducts', { address: `2001:db8::${(host += 1).toString(16)}` }));

    expect(all).toEqual([...times(60, 200), 429]);
  });

  it('When the payment provider tells of events, then that is counted apart', async () => {
    const address = newAddress();

    const events = await statuses(6, () => send('takeProviderEvent', { address }));

    expect(events).toEqual([...times(5, 200), 429]);
    expect((await send('listProducts', { address })).headers.get('ratelimit')).toMatch(/^"address";r=59;/);
  });

  it('When somebody registers again and again, then he is stopped', async () => {
    const address = newAddress();

    const all = await statuses(4, () => send('register', { address }));

    expect(all).toEqual([...times(3, 200), 429]);
  });

  it('When it refreshes sessions more often than it may, then it is told to wait', async () => {
    const address = newAddress();

    const all = await statuses(7, () => send('refreshSession', { address }));

    expect(all).toEqual([...times(6, 200), 429]);
  });
});

describe('requests of one user', () => {
  it('When he has sent as many as he may, then he is told to wait wherever he comes from, and others are not', async () => {
    const [ada, bob] = await Promise.all([asUser(), asUser()]);
    const address = newAddress();

    const all = await statuses(13, () => send('readMe', { token: ada }));
    const other = await send('readMe', { token: bob, address });

    expect(all).toEqual([...times(12, 200), 429]);
    expect(other.status).toBe(200);
    expect(other.headers.get('ratelimit-policy')).toBe('"address";q=60;w=60, "user";q=12;w=60');
    expect(other.headers.get('ratelimit')).toMatch(/^"address";r=59;t=60, "user";r=11;t=60$/);
  });

  it('When he places orders too fast, then he is told to wait, and may look at them', async () => {
    const token = await asUser();

    const all = await statuses(5, () => send('placeOrder', { token }));

    expect(all).toEqual([...times(4, 200), 429]);
    expect((await send('listOrders', { token })).status).toBe(200);
  });

  it('When he does not know his password, then he may not guess on, and is not stopped when he knows it', async () => {
    const token = await asUser();
    let status = 204;
    service.answer = (_, response) =>
      response.writeHead(status, { 'content-type': 'application/problem+json' }).end(status === 204 ? '' : '{}');

    const right = await statuses(3, () => send('changePassword', { token }));
    status = 422;
    const wrong = await statuses(6, () => send('changePassword', { token }));

    expect([...right, ...wrong]).toEqual([...times(3, 204), ...times(5, 422), 429]);
  });
});

describe('logins', () => {
  beforeEach(() => answerLogins(service));

  it('When a password is guessed from one address, then that ends, and the owner gets in from another', async () => {
    const [email, address] = [newEmail(), newAddress()];

    const guesses = await statuses(7, guess(email, address));
    const shouted = await guess(email.toUpperCase(), address)();

    expect(guesses).toEqual([...times(5, 401), 429, 429]);
    expect(shouted.status).toBe(429);
    expect(service.seen.length).toBe(5);
    expect((await logIn(email)()).status).toBe(201);
    expect((await guess(newEmail(), address)()).status).toBe(401);
  });

  it('When twenty guesses are sent at once, then five arrive', async () => {
    const [email, address] = [newEmail(), newAddress()];

    const answers = await Promise.all(Array.from({ length: 20 }, guess(email, address)));

    expect(answers.map(({ status }) => status).sort()).toEqual([...times(5, 401), ...times(15, 429)]);
    expect(service.seen.length).toBe(5);
  });

  it('When the password is right, or the user service is away, then that does not count', async () => {
    const [email, address] = [newEmail(), newAddress()];

    const right = await statuses(7, logIn(email, address));
    service.answer = (_, response) => response.writeHead(503, { 'content-type': 'application/problem+json' }).end('{}');
    const away = await statuses(7, guess(email, address));
    answerLogins(service);
    const wrong = await statuses(5, guess(email, address));

    expect([...right, ...away, ...wrong]).toEqual([...times(7, 201), ...times(7, 503), ...times(5, 401)]);
  });

  it('When a password is guessed from many addresses, then the account is closed for a while, known or not', async () => {
    const email = newEmail();

    const guesses = await statuses(10, guess(email));
    const answers = await Promise.all([logIn(email)(), guess(email)()]);

    expect(guesses).toEqual([...times(8, 401), 429, 429]);
    expect(answers.map(({ status }) => status)).toEqual([429, 429]);
  });

  it('When one address tries many accounts, then it is stopped, and has used up none of them', async () => {
    const [email, address] = [newEmail(), newAddress()];
    await statuses(20, () => guess(newEmail(), address)());

    const refused = await statuses(10, guess(email, address));

    expect(refused).toEqual(times(10, 429));
    expect(await statuses(5, guess(email))).toEqual(times(5, 401));
  });

  it('When a password is wrong, then the answer does not say what others tried', async () => {
    const email = newEmail();
    await statuses(3, guess(email));

    const { headers } = await guess(email)();

    expect(headers.get('ratelimit-policy')).toBe('"address";q=60;w=60, "login";q=20;w=60, "login-failures";q=5;w=900');
    expect(headers.get('ratelimit')).toMatch(/^"address";r=59;t=60, "login";r=19;t=60, "login-failures";r=4;t=900$/);
  });

  it('When the request is not valid, then it is no attempt', async () => {
    const [email, address] = [newEmail(), newAddress()];

    const invalid = await statuses(7, () => send('logIn', { address, body: { email } }));

    expect([...invalid, ...(await statuses(6, guess(email, address)))]).toEqual([
      ...times(7, 400),
      ...times(5, 401),
      429,
    ]);
  });
});

describe('a gateway that nothing stands before', () => {
  const direct = givenGateway({ IP_REQUESTS_PER_MINUTE: '3' });

  it('When clients say that they come from elsewhere, then that changes nothing', async () => {
    const ask = async (address: number) =>
      (await fetch(`${direct.gateway.url}/v1/products`, { headers: { 'x-forwarded-for': `192.0.2.${address}` } }))
        .status;

    expect([await ask(1), await ask(2), await ask(3), await ask(4)]).toEqual([200, 200, 200, 429]);
  });
});
