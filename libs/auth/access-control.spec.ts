import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { Module } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants';
import { NestFactory } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host';
import { Environment } from '@towpath/config';
import type { DomainError } from '@towpath/errors';

import { AccessControl } from './access-control.ts';
import { signAccessToken } from './access-token.ts';
import { AuthModule } from './auth.module.ts';
import { CurrentUser } from './current-user.decorator.ts';
import { KeySource } from './key-source.ts';
import { generateSigningJwk, importSigningKey, type SigningKey } from './signing-key.ts';
import type { User } from './user.ts';

const customer = {
  id: '019aa000-0000-7000-8000-000000000001',
  roles: ['customer'],
  sessionId: '019aa000-0000-7000-8000-000000000002',
};
const admin = { ...customer, roles: ['customer', 'admin'] };

let key: SigningKey;

class OwnKeys extends KeySource {
  override async load() {
    return { keys: [key.publicJwk] };
  }
}

@Module({ providers: [OwnKeys], exports: [OwnKeys] })
class OwnKeysModule {}

describe.each([
  ['keys of the user service', AuthModule],
  ['own keys', AuthModule.withKeysOf(OwnKeysModule, OwnKeys)],
])('access control with %s', (_, authModule) => {
  let userService: Server;
  let control: AccessControl;

  beforeAll(async () => {
    key = importSigningKey(await generateSigningJwk());
    userService = createServer((_, response) => response.end(JSON.stringify({ keys: [key.publicJwk] })));
    await new Promise<void>((resolve) => userService.listen(0, '127.0.0.1', resolve));
    const USER_URL = `http://127.0.0.1:${(userService.address() as AddressInfo).port}`;
    const providers = [{ provide: Environment, useValue: new Environment({ USER_URL }) }];
    const root = { module: class {}, global: true, imports: [authModule], providers, exports: [Environment] };
    control = (await NestFactory.createApplicationContext(root, { logger: false })).get(AccessControl);
  });

  afterAll(() => {
    userService.closeAllConnections();
    userService.close();
  });

  const bearerOf = async (user: User, lifetimeMs = 60_000) => `Bearer ${await signAccessToken(key, user, lifetimeMs)}`;
  const refusal = (authorization?: string) => control.admit(authorization, 'user').catch((error: unknown) => error);

  it('When anyone may come, then no token is looked at', async () => {
    await expect(control.admit('Bearer nonsense', 'anyone')).resolves.toBeUndefined();
  });

  it('When a user is needed, then a token tells who it is', async () => {
    await expect(control.admit(await bearerOf(customer), 'user')).resolves.toEqual(customer);
    await expect(control.admit((await bearerOf(customer)).replace('Bearer', 'bearer'), 'user')).resolves.toEqual(
      customer,
    );
  });

  it('When an admin is needed, then an admin comes in and a customer does not', async () => {
    await expect(control.admit(await bearerOf(admin), 'admin')).resolves.toEqual(admin);
    await expect(control.admit(await bearerOf(customer), 'admin')).rejects.toMatchObject({ code: 'forbidden' });
    await expect(control.admit(undefined, 'admin')).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('When there is no good token, then every cause gets the same answer', async () => {
    const stranger = importSigningKey(await generateSigningJwk());
    const forged = `Bearer ${await signAccessToken(stranger, customer, 60_000)}`;
    const expired = await bearerOf(customer, -31_000);
    const wrong = [undefined, '', 'Basic dXNlcjpwYXNz', 'Bearer', 'Bearer  ', 'Bearer a b', expired, forged];

    const answers = (await Promise.all(wrong.map(refusal))) as DomainError[];

    expect(new Set(answers.map(({ code, message, headers }) => JSON.stringify({ code, message, headers })))).toEqual(
      new Set([
        JSON.stringify({
          code: 'unauthenticated',
          message: 'A valid access token is needed.',
          headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
        }),
      ]),
    );
  });
});

describe('the current user', () => {
  class Mine {
    read(@CurrentUser() user: User) {
      return user;
    }
  }

  function given(request: object): User {
    const parameters = Reflect.getMetadata(ROUTE_ARGS_METADATA, Mine, 'read') as Record<
      string,
      { factory: (data: unknown, context: object) => User }
    >;
    const context = new ExecutionContextHost([request], Mine, Mine.prototype.read);
    return Object.values(parameters)[0]?.factory(undefined, context);
  }

  it('When a user was let in, then the handler gets it', () => {
    expect(given({ user: customer })).toEqual(customer);
  });

  it('When anyone was let in, then asking for a user is an error of ours', () => {
    expect(() => given({})).toThrow('Mine.read asks for a user but lets anyone in');
  });
});
