import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';

import { Controller, Injectable, Module, type Type } from '@nestjs/common';
import { defineRoute, type InputOf } from '@towpath/api';
import {
  AuthModule,
  CurrentUser,
  generateSigningJwk,
  importSigningKey,
  KeySource,
  signAccessToken,
  type User,
} from '@towpath/auth';
import { Environment, setting, Settings } from '@towpath/config';
import { Unavailable } from '@towpath/errors';
import { Lifecycle } from '@towpath/health';
import { Answer, Input, Route } from '@towpath/http';
import { z } from 'zod';

import { createService, type RunningService, Service } from '../index.ts';

const shared = { service: 'catalog', access: 'anyone', summary: '', problems: [] } as const;
const thing = z.strictObject({ name: z.string(), quantity: z.int().min(1) });

const makeThing = defineRoute({
  ...shared,
  name: 'makeThing',
  method: 'POST',
  path: '/things',
  body: thing,
  answers: { 200: thing, 201: thing },
});
const login = defineRoute({
  ...shared,
  name: 'login',
  method: 'POST',
  path: '/login',
  bodyLimit: 1024,
  body: thing,
  answers: { 200: thing },
});
const readThing = defineRoute({
  ...shared,
  name: 'readThing',
  method: 'GET',
  path: '/things/{id}',
  params: z.strictObject({ id: z.uuid() }),
  query: z.strictObject({ limit: z.string().optional() }),
  answers: { 200: z.unknown() },
});
const whoAmI = defineRoute({
  ...shared,
  name: 'whoAmI',
  method: 'GET',
  path: '/me',
  access: 'user',
  answers: { 200: z.unknown() },
});
const admin = defineRoute({
  ...shared,
  name: 'admin',
  method: 'GET',
  path: '/admin',
  access: 'admin',
  answers: { 200: z.unknown() },
});
const slow = defineRoute({ ...shared, name: 'slow', method: 'GET', path: '/slow', answers: { 200: z.unknown() } });
const broken = defineRoute({
  ...shared,
  name: 'broken',
  method: 'GET',
  path: '/broken',
  answers: { 200: z.unknown() },
});
const stream = defineRoute({
  ...shared,
  name: 'stream',
  method: 'GET',
  path: '/stream',
  answers: { 200: z.unknown() },
});
const away = defineRoute({ ...shared, name: 'away', method: 'GET', path: '/away', answers: { 200: z.unknown() } });

@Controller()
export class SampleController {
  @Route(makeThing)
  make(@Input() { body }: InputOf<typeof makeThing>) {
    return body.name === 'again' ? body : new Answer(body, { status: 201, headers: { location: '/things/1' } });
  }

  @Route(login)
  login(@Input() { body }: InputOf<typeof login>) {
    return body;
  }

  @Route(readThing)
  read(@Input() input: InputOf<typeof readThing>) {
    return new Answer(input, { headers: { 'cache-control': 'max-age=60' } });
  }

  @Route(whoAmI)
  me(@CurrentUser() user: User) {
    return user;
  }

  @Route(admin)
  admin(@CurrentUser() user: User) {
    return user;
  }

  @Route(slow)
  async slow() {
    await wait(200);
    return { done: true };
  }

  @Route(stream)
  stream() {
    return Readable.from(
      (async function* () {
        yield 'begun';
        await wait(200);
        yield 'ended';
      })(),
    );
  }

  @Route(broken)
  broken() {
    throw new TypeError('secret detail');
  }

  @Route(away)
  away() {
    throw new Unavailable('The database is away.');
  }
}

@Injectable()
export class Keys extends KeySource {
  readonly signing = generateSigningJwk().then(importSigningKey);

  async load() {
    return { keys: [(await this.signing).publicJwk] };
  }

  async token(roles: string[]): Promise<string> {
    const id = '0199f2a4-7c1e-7b5a-9d3e-2f6c8a1b4e70';
    return signAccessToken(await this.signing, { id, roles, sessionId: id }, 60_000);
  }
}

@Module({ providers: [Keys], exports: [Keys] })
export class KeysModule {}

export class SampleConfig extends Settings({
  sampleMode: setting.oneOf(['plain', 'fancy'], { default: 'plain', meaning: 'nothing but an example' }),
}) {}

/** What ran, in the order in which it ran. */
@Injectable()
export class Diary {
  readonly lines: string[] = [];

  constructor(lifecycle: Lifecycle) {
    lifecycle.background({
      name: 'part',
      start: () => void this.lines.push('started'),
      stop: async () => void this.lines.push('stopped'),
    });
    lifecycle.closing('connection', async () => void this.lines.push('closed'));
  }
}

@Service({
  name: 'sample',
  settings: [SampleConfig],
  imports: [AuthModule.withKeysOf(KeysModule, Keys), KeysModule],
  controllers: [SampleController],
  providers: [Diary],
})
export class SampleService {}

export const basics = { PORT: '0', MANAGEMENT_PORT: '0', LOG_LEVEL: 'silent' };

/** Several may run in one process. */
export function startSample(values: Record<string, string> = {}): Promise<RunningService> {
  return createService(SampleService, { environment: new Environment({ ...basics, ...values }) });
}

/** Runs before the tests of a file and drains after them. */
export function givenSample(values: Record<string, string> = {}) {
  let running: RunningService;
  beforeAll(async () => {
    running = await startSample(values);
  });
  afterAll(() => running.close());
  return {
    get: <T>(token: Type<T>): T => running.get(token),
    get url() {
      return running.url;
    },
    get managementUrl() {
      return running.managementUrl;
    },
  };
}
