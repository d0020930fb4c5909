import type { Server } from 'node:http';

import { Logger, type Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Environment, readSettings } from '@towpath/config';
import { Lifecycle, Liveness, managementServer, Readiness, StartError } from '@towpath/health';
import { HttpDoor } from '@towpath/http';
import { Metrics } from '@towpath/metrics';

import { assemble } from './assemble.ts';
import { ServiceConfig } from './service.config.ts';

/** Connections that wait to be accepted, as far as the system lets them: in a burst node's 511 are not enough, and who comes then waits for seconds. */
const backlog = 4_096;

/** A service that answers requests and does its work. */
export interface RunningService {
  /** Empty in the role `worker`. */
  readonly url: string;
  readonly managementUrl: string;
  /** A provider of any of its modules. */
  get<T>(token: Type<T>): T;
  /** Drains it: what is under way ends first. */
  close(): Promise<void>;
}

/** Starts a service inside this process. @throws SettingsError before any port is opened; StartError when a port is taken */
export async function createService(
  service: Type,
  { environment }: { environment: Environment },
): Promise<RunningService> {
  return run(await assemble(service, environment), environment);
}

/** Background parts, then requests, then the probes; ready at the end. What has begun is drained if a step fails. */
export async function run(app: NestFastifyApplication, environment: Environment): Promise<RunningService> {
  const lifecycle = app.get(Lifecycle);
  const config = readSettings(ServiceConfig, environment);
  const door = new HttpDoor(app.getHttpServer() as Server);
  try {
    await app.init();
    await lifecycle.start({ background: config.role !== 'api' });
    const url = config.role === 'worker' ? '' : await listen(app, config);
    const managementUrl = await openManagement(app, config);
    lifecycle.serving(door);
    new Logger('Service').log({ msg: 'Ready', role: config.role, url, managementUrl });
    return {
      url,
      managementUrl,
      get: (token) => app.get(token, { strict: false }),
      close: async () => void (await lifecycle.drain()),
    };
  } catch (error) {
    await Promise.all([door.close(), lifecycle.giveUp()]);
    throw explained(error, environment);
  }
}

function listen(app: NestFastifyApplication, { host, port }: ServiceConfig): Promise<string> {
  return app.getHttpAdapter().getInstance().listen({ host, port, backlog });
}

async function openManagement(
  app: NestFastifyApplication,
  { host, managementPort: port }: ServiceConfig,
): Promise<string> {
  const parts = { liveness: app.get(Liveness), readiness: app.get(Readiness), registry: app.get(Metrics).registry };
  const server = await managementServer({ host, port, ...parts });
  app.get(Lifecycle).closing('management port', () => server.close());
  return server.url;
}

/** A port that cannot be opened, whoever wanted it, is told by the name of its setting. */
function explained(error: unknown, { values }: Environment): unknown {
  const { code, port } = error as NodeJS.ErrnoException & { port?: number };
  const [setting] = Object.entries(values).find(([name, value]) => name.endsWith('PORT') && value === String(port)) ?? [
    'its setting',
  ];
  if (code === 'EADDRINUSE')
    return new StartError(`Port ${port} is taken. Stop what listens there, or set ${setting}.`, { cause: error });
  if (code === 'EACCES' && port)
    return new StartError(`Port ${port} may not be opened by this user. Set ${setting} to one above 1023.`, {
      cause: error,
    });
  return error;
}
