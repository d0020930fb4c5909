import type { INestApplicationContext, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { checkSettings, type Environment, readSettings, ServiceIdentity } from '@towpath/config';
import { ProblemFilter, ProblemSettings } from '@towpath/errors';
import { Lifecycle, LifecycleSettings } from '@towpath/health';
import { HttpAdapter, HttpConfig, HttpDefaults } from '@towpath/http';
import { createLogger, LoggingSettings } from '@towpath/logging';
import { startTracing, TracingSettings } from '@towpath/tracing';
import type { FastifyInstance } from 'fastify';

import { settingsOf } from './modules.ts';
import { ServiceConfig } from './service.config.ts';
import { nameOf } from './service.decorator.ts';
import { ServiceRoot } from './service-root.ts';

const ownSettings = [ServiceConfig, HttpConfig, LoggingSettings, TracingSettings, LifecycleSettings, ProblemSettings];

/** The service with all its parts, of which none has begun to work. @throws SettingsError naming every wrong setting */
export async function assemble(service: Type, environment: Environment): Promise<NestFastifyApplication> {
  checkSettings([...ownSettings, ...settingsOf(service)], environment);
  const config = readSettings(ServiceConfig, environment);
  const identity = new ServiceIdentity(nameOf(service), config.role);
  const adapter = new HttpAdapter(
    readSettings(HttpConfig, environment),
    readSettings(ProblemSettings, environment).problemBaseUrl,
  );
  const app = await inTrace(identity, environment, () =>
    NestFactory.create<NestFastifyApplication>(ServiceRoot.of(service, environment, identity), adapter, {
      ...nestOptions(identity, environment),
      bodyParser: false,
    }),
  );
  app.useGlobalFilters(app.get(ProblemFilter));
  app.get(HttpDefaults).apply(adapter.getInstance() as unknown as FastifyInstance);
  return app;
}

/** As {@link assemble}, without the way in for requests: for commands. */
export async function assembleForCommand(service: Type, environment: Environment): Promise<INestApplicationContext> {
  checkSettings(
    [LoggingSettings, TracingSettings, LifecycleSettings, ProblemSettings, ...settingsOf(service)],
    environment,
  );
  const identity = new ServiceIdentity(nameOf(service), 'worker');
  return inTrace(identity, environment, () =>
    NestFactory.createApplicationContext(
      ServiceRoot.of(service, environment, identity),
      nestOptions(identity, environment),
    ),
  );
}

async function inTrace<A extends INestApplicationContext>(
  { name }: ServiceIdentity,
  environment: Environment,
  make: () => Promise<A>,
): Promise<A> {
  const { otelExporterOtlpEndpoint: endpoint, traceRatio: ratio } = readSettings(TracingSettings, environment);
  const tracing = await startTracing({ service: name, endpoint, ratio });
  const app = await make();
  app.get(Lifecycle).flushing('tracing', () => tracing.shutdown());
  return app;
}

function nestOptions({ name }: ServiceIdentity, environment: Environment) {
  const { logLevel: level, logFormat } = readSettings(LoggingSettings, environment);
  const pretty = logFormat === 'pretty' || (logFormat === 'auto' && process.stdout.isTTY);
  return { logger: createLogger({ service: name, level, pretty }), abortOnError: false };
}
