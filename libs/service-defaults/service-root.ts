import { type DynamicModule, Injectable, Module, Optional, type Type } from '@nestjs/common';
import { AccessControl } from '@towpath/auth';
import { Environment, provideSettings, ServiceIdentity } from '@towpath/config';
import { ProblemFilter, ProblemSettings } from '@towpath/errors';
import { Lifecycle, LifecycleSettings, Liveness, Readiness } from '@towpath/health';
import { httpMetrics, Metrics } from '@towpath/metrics';
import { httpTracing } from '@towpath/tracing';
import type { FastifyInstance } from 'fastify';

import { addHeaders, admitRequests, logRequests, refuseEarly } from './http-hooks.ts';
import { lingerWhileSent } from './lingering.ts';

/** What happens to every request on its way to a handler, in this order. */
@Injectable()
export class HttpDefaults {
  constructor(
    private readonly lifecycle: Lifecycle,
    private readonly metrics: Metrics,
    @Optional() private readonly control?: AccessControl,
  ) {}

  apply(fastify: FastifyInstance): void {
    httpTracing(fastify);
    httpMetrics(fastify, this.metrics);
    logRequests(fastify);
    addHeaders(fastify, this.lifecycle);
    lingerWhileSent(fastify);
    refuseEarly(fastify);
    admitRequests(fastify, this.control);
  }
}

const provided = [Lifecycle, Readiness, Liveness, ProblemFilter];

/** The module above the service's own: what libs find in every application. */
@Module({})
export class ServiceRoot {
  static of(service: Type, environment: Environment, identity: ServiceIdentity): DynamicModule {
    const values = [
      { provide: Environment, useValue: environment },
      { provide: ServiceIdentity, useValue: identity },
      { provide: Metrics, useValue: new Metrics().withProcess() },
    ];
    const settings = [provideSettings(LifecycleSettings), provideSettings(ProblemSettings)];
    return {
      module: ServiceRoot,
      global: true,
      imports: [service],
      providers: [...values, ...settings, ...provided, HttpDefaults],
      exports: [Environment, ServiceIdentity, Metrics, ...provided],
    };
  }
}
