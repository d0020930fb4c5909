import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { Controller, Get, Module } from '@nestjs/common';
import { defineRoute, readMe } from '@towpath/api';
import { Environment, setting, Settings } from '@towpath/config';
import { Route } from '@towpath/http';
import { Client } from 'undici';
import { z } from 'zod';

import { createService, Service, startService } from '../index.ts';
import { fakeHost } from './fake-host.ts';
import { basics, Diary, SampleController, SampleService, startSample } from './sample.service.ts';

const home = new URL(`file://${__dirname}/`);

async function takenPort(): Promise<{ port: number; free: () => void }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, free: () => server.close() };
}

async function freePort(): Promise<number> {
  const { port, free } = await takenPort();
  free();
  return port;
}

describe('starting', () => {
  it('When settings are wrong, then every one is named with what is allowed, and the process ends with 78', async () => {
    const host = fakeHost();
    const values = { ...basics, PORT: 'http', ROLE: 'boss', SAMPLE_MODE: 'loud' };

    await startService(SampleService, { home, host, environment: new Environment(values) });

    expect(host.exits).toEqual([78]);
    expect(host.said.join('')).toMatch(/^sample: /);
    expect(host.said.join('')).toContain('ROLE "boss" is not allowed: it must be one of api, worker, all');
    expect(host.said.join('')).toContain(
      'PORT "http" is not a whole number: it must be a whole number from 0 to 65535',
    );
    expect(host.said.join('')).toContain('SAMPLE_MODE "loud" is not allowed: it must be one of plain, fancy');
  });

  it.each(['PORT', 'MANAGEMENT_PORT'])(
    'When %s is taken, then one sentence says so and what began is stopped',
    async (name) => {
      const taken = await takenPort();
      const host = fakeHost();
      const saidAtTheEnd = host.ended.then(() => [...host.said]);
      const values = { ...basics, PORT: String(await freePort()), [name]: String(taken.port) };

      await startService(SampleService, { home, host, environment: new Environment(values) });
      taken.free();

      // A real process is gone at the first of them.
      expect(host.exits[0]).toBe(1);
      expect(await saidAtTheEnd).toEqual([
        `sample: Port ${taken.port} is taken. Stop what listens there, or set ${name}.\n`,
      ]);
      await expect(fetch(`http://127.0.0.1:${values.PORT}/away`)).rejects.toThrow();
    },
  );

  it('When the role is api, then nothing runs in the background', async () => {
    const service = await startSample({ ROLE: 'api' });
    const { lines } = service.get(Diary);
    await service.close();

    expect(lines).toEqual(['closed']);
  });

  it('When the role is worker, then there is no way in for requests, and it is ready all the same', async () => {
    const service = await startSample({ ROLE: 'worker' });
    const ready = await fetch(`${service.managementUrl}/ready`);
    const { lines } = service.get(Diary);
    await service.close();

    expect([service.url, ready.status, lines]).toEqual(['', 200, ['started', 'stopped', 'closed']]);
  });

  it('When it started, then health, readiness and metrics are on the management port only', async () => {
    const service = await startSample();
    await fetch(`${service.url}/slow`);
    const statuses = await Promise.all(
      ['/health', '/ready', '/metrics'].map(async (path) => (await fetch(service.managementUrl + path)).status),
    );
    const metrics = await (await fetch(`${service.managementUrl}/metrics`)).text();
    await service.close();

    expect(statuses).toEqual([200, 200, 200]);
    expect(metrics).toContain('http_request_duration_seconds_count{method="GET",route="/slow",status="200"} 1');
  });

  it('When a handler is declared without @Route, then it does not start', async () => {
    @Controller()
    class Undeclared {
      @Get('/hidden')
      hidden() {
        return {};
      }
    }
    @Service({ name: 'undeclared', controllers: [Undeclared] })
    class UndeclaredService {}

    await expect(createService(UndeclaredService, { environment: new Environment(basics) })).rejects.toThrow(
      'GET /hidden does not say who may call it: handle it with @Route.',
    );
  });

  it('When a route of the API is not in its table, then it does not start', async () => {
    const stray = defineRoute({
      ...readMe,
      name: 'stray',
      path: '/v1/stray',
      access: 'anyone',
      answers: { 200: z.unknown() },
    });
    @Controller()
    class Stray {
      @Route(stray)
      stray() {
        return {};
      }
    }
    @Service({ name: 'stray', controllers: [Stray] })
    class StrayService {}

    await expect(createService(StrayService, { environment: new Environment(basics) })).rejects.toThrow(
      'add stray to libs/api/routes.ts',
    );
  });

  it('When a route needs a login and nothing can check it, then it does not start', async () => {
    @Service({ name: 'open', controllers: [SampleController] })
    class OpenService {}

    await expect(createService(OpenService, { environment: new Environment(basics) })).rejects.toThrow(
      'must import AuthModule',
    );
  });
});

describe('commands', () => {
  const seen: string[][] = [];
  class CommandConfig extends Settings({
    commandMode: setting.oneOf(['dry', 'wet'], { default: 'dry', meaning: 'an example' }),
  }) {}

  @Module({})
  class WithCommands {
    static readonly commands = [
      {
        name: 'note',
        summary: 'notes its arguments',
        run: async (_: unknown, args: readonly string[]) => void seen.push([...args]),
      },
      { name: 'fail', summary: 'fails', run: async () => Promise.reject(new Error('There is nothing to do.')) },
    ];
  }

  @Service({ name: 'commanded', settings: [CommandConfig], imports: [WithCommands], providers: [Diary] })
  class CommandedService {}

  const run = async (host: ReturnType<typeof fakeHost>, values = {}) => {
    await startService(CommandedService, {
      home,
      host,
      environment: new Environment({ LOG_LEVEL: 'silent', ...values }),
    });
    return { exits: host.exits, said: host.said.join('') };
  };

  it('When the first argument is a command of a module, then it runs with the rest', async () => {
    expect(await run(fakeHost('note', 'a', '--b'))).toEqual({ exits: [0], said: '' });
    expect(seen).toEqual([['a', '--b']]);
  });

  it('When there is no such command, then those that there are are listed', async () => {
    expect(await run(fakeHost('dance'))).toEqual({
      exits: [1],
      said: `commanded: There is no command "dance". There are:
  serve: answers requests and does the work; the default
  note: notes its arguments
  fail: fails
`,
    });
  });

  it('When a command fails, then it says why and the process ends with 1', async () => {
    expect(await run(fakeHost('fail'))).toEqual({ exits: [1], said: 'commanded: There is nothing to do.\n' });
  });

  it('When a setting is wrong, then a command ends with 78 too', async () => {
    expect((await run(fakeHost('note'), { COMMAND_MODE: 'damp' })).exits).toEqual([78]);
  });
});

describe('stopping', () => {
  it('When the signal comes, then what is under way or on its way is answered, as the last of its connection, before the end', async () => {
    const host = fakeHost();
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    await startService(SampleService, { home, host, environment: new Environment({ ...basics, PORT: String(port) }) });
    const underWay = fetch(`${url}/slow`);
    const kept = new Client(url);
    const ask = () => kept.request({ method: 'GET', path: '/away' });
    await (await ask()).body.dump();

    host.signals.get('SIGTERM')?.('SIGTERM');
    const onItsWay = await ask();
    const { status, headers } = await underWay;

    expect([onItsWay.statusCode, onItsWay.headers.connection]).toEqual([503, 'close']);
    expect([status, headers.get('connection')]).toEqual([200, 'close']);
    expect(await host.ended).toBe(0);
    await expect(fetch(`${url}/away`)).rejects.toThrow();
  });
});
