import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { Environment, provideSettings, ServiceIdentity } from '@towpath/config';
import { ProblemFilter, ProblemSettings } from '@towpath/errors';
import { Lifecycle, LifecycleSettings, Liveness, Readiness } from '@towpath/health';
import { HttpConfig, HttpDefaults } from '@towpath/http';
import { Metrics } from '@towpath/metrics';

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
    const settings = [
      provideSettings(LifecycleSettings),
      provideSettings(ProblemSettings),
      provideSettings(HttpConfig),
    ];
    return {
      module: ServiceRoot,
      global: true,
      imports: [service],
      providers: [...values, ...settings, ...provided, HttpDefaults],
      exports: [Environment, ServiceIdentity, Metrics, ProblemSettings, ...provided],
    };
  }
}
