import { randomUUID } from 'node:crypto';

import { JwtForger, jwtRows } from '@towpath/testing';

import { AccessControl } from './access-control.ts';
import { signAccessToken } from './access-token.ts';
import { AccessTokens } from './access-tokens.ts';
import { Jwks } from './jwks.ts';
import { generateSigningJwk, importSigningKey } from './signing-key.ts';
import type { User } from './user.ts';

const user = { id: randomUUID(), roles: ['customer'], sessionId: randomUUID() };

describe('attacks with JWTs', () => {
  let forger: JwtForger;
  let control: AccessControl;

  beforeAll(async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'], now: Date.now() });
    const key = importSigningKey(await generateSigningJwk());
    forger = new JwtForger(await signAccessToken(key, user, 600_000), key);
    control = new AccessControl(new AccessTokens(new Jwks({ load: async () => ({ keys: [key.publicJwk] }) })));
  });

  afterAll(() => {
    jest.useRealTimers();
    const attacks = jwtRows.filter(({ isAccepted }) => !isAccepted).length;
    process.stdout.write(`${attacks} attacks with JWTs, ${jwtRows.length - attacks} unusual tokens that must pass.\n`);
  });

  /** Node joins the values of a header that comes several times. */
  const admitted = (headers: readonly string[]): Promise<User | string | undefined> =>
    control
      .admit(headers.length > 0 ? headers.join(', ') : undefined, 'user')
      .catch(({ code }: { code: string }) => code);

  it.each(jwtRows.filter(({ isAccepted }) => !isAccepted).map((row) => [row.title, row] as const))(
    'When a token %s, then it is refused',
    async (_, { headers }) => {
      await expect(admitted(headers(forger))).resolves.toBe('unauthenticated');
    },
  );

  it.each(jwtRows.filter(({ isAccepted }) => isAccepted).map((row) => [row.title, row] as const))(
    'When a token %s, then it is accepted',
    async (_, { headers }) => {
      await expect(admitted(headers(forger))).resolves.toEqual(user);
    },
  );
});
