import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Environment } from '@towpath/config';
import { ProblemFilter } from '@towpath/errors';

import { CurrentUser, RequireAccess } from './access.guard.ts';
import { signAccessToken } from './access-token.ts';
import { AuthModule } from './auth.module.ts';
import { KeySource } from './key-source.ts';
import { generateSigningJwk, importSigningKey, type SigningKey } from './signing-key.ts';
import type { User } from './user.ts';

@Controller()
class DoorController {
  @Get('open')
  @RequireAccess('anyone')
  open() {
    return 'open';
  }

  @Get('mine')
  @RequireAccess('user')
  mine(@CurrentUser() user: User) {
    return user;
  }

  @Get('office')
  @RequireAccess('admin')
  office() {
    return 'office';
  }

  @Get('mistake')
  @RequireAccess('anyone')
  mistake(@CurrentUser() user: User) {
    return user;
  }
}

const customer = { id: '019aa000-0000-7000-8000-000000000001', roles: ['customer'], sessionId: '019aa000-0000-7000-8000-000000000002' };
const admin = { ...customer, roles: ['customer', 'admin'] };

let key: SigningKey;

class OwnKeys extends KeySource {
  override async load() {
    return { keys: [key.publicJwk] };
  }
}

@Module({ providers: [OwnKeys], exports: [OwnKeys] })
class OwnKeysModule {}

describe.each(['keys of the user service', 'own keys'])('access with %s', (keys) => {
  let userService: Server;
  let app: NestFastifyApplication;

  beforeAll(async () => {
    key = await importSigningKey(await generateSigningJwk());
    userService = createServer((_, response) => response.end(JSON.stringify({ keys: [key.publicJwk] })));
    await new Promise<void>((resolve) => userService.listen(0, '127.0.0.1', resolve));
    const environment = new Environment({ USER_URL: `http://127.0.0.1:${(userService.address() as AddressInfo).port}` });
    app = await NestFactory.create<NestFastifyApplication>(
      {
        module: class {},
        global: true,
        imports: [keys === 'own keys' ? AuthModule.withKeysOf(OwnKeysModule, OwnKeys) : AuthModule],
        controllers: [DoorController],
        providers: [{ provide: Environment, useValue: environment }],
        exports: [Environment],
      },
      new FastifyAdapter(),
      { logger: false },
    );
    app.useGlobalFilters(new ProblemFilter());
    await app.init();
  });

  afterAll(async () => {
    await app.close();
    userService.closeAllConnections();
    userService.close();
  });

  async function get(url: string, authorization?: string) {
    const { statusCode, body, headers } = await app.inject({ url, headers: authorization ? { authorization } : {} });
    return { status: statusCode, body, challenge: headers['www-authenticate'] };
  }
  const tokenOf = (user: User) => signAccessToken(key, user, 60_000);

  it('When anyone may come, then no token is looked at', async () => {
    expect(await get('/open', 'Bearer nonsense')).toMatchObject({ status: 200, body: 'open' });
  });

  it('When a user is needed, then the handler learns who it is', async () => {
    const { status, body } = await get('/mine', `Bearer ${await tokenOf(customer)}`);

    expect({ status, user: JSON.parse(body) as User }).toEqual({ status: 200, user: customer });
  });

  it('When an admin is needed, then an admin comes in and a customer does not', async () => {
    expect(await get('/office', `bearer ${await tokenOf(admin)}`)).toMatchObject({ status: 200 });
    expect(await get('/office', `Bearer ${await tokenOf(customer)}`)).toMatchObject({ status: 403 });
    expect(await get('/office')).toMatchObject({ status: 401 });
  });

  it('When there is no good token, then every cause gets the same answer', async () => {
    const expired = await signAccessToken(key, customer, -31_000);
    const stranger = await importSigningKey(await generateSigningJwk());
    const forged = await signAccessToken(stranger, customer, 60_000);
    const wrong = [undefined, '', 'Basic dXNlcjpwYXNz', 'Bearer', 'Bearer  ', 'Bearer a b', `Bearer ${expired}`, `Bearer ${forged}`];

    const answers = await Promise.all(wrong.map((authorization) => get('/mine', authorization)));

    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 401, challenge: 'Bearer error="invalid_token"' });
  });

  it('When a handler asks for a user where anyone may come, then that is an error of ours', async () => {
    expect(await get('/mistake', `Bearer ${await tokenOf(customer)}`)).toMatchObject({ status: 500 });
  });
});
