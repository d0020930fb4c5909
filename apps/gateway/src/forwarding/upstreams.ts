import { Injectable } from '@nestjs/common';
import type { ServiceName } from '@towpath/api';
import { Lifecycle } from '@towpath/health';
import { tracedPool } from '@towpath/tracing';

import { GatewayConfig } from '../gateway.config.ts';
import { Upstream } from './upstream.ts';

/** The services behind the gateway, by name. */
@Injectable()
export class Upstreams {
  private readonly all: Readonly<Record<ServiceName, Upstream>>;

  constructor(config: GatewayConfig, lifecycle: Lifecycle) {
    const { upstreamTimeoutMs: timeoutMs, upstreamConnections: connections } = config;
    const to = (name: ServiceName, url: string) => {
      const pool = tracedPool(url, { connections, headersTimeoutMs: timeoutMs, bodyTimeoutMs: timeoutMs });
      lifecycle.closing(`connections to ${name}`, () => pool.close());
      return new Upstream(name, pool, timeoutMs);
    };
    this.all = {
      user: to('user', config.userUrl),
      catalog: to('catalog', config.catalogUrl),
      'order-processor': to('order-processor', config.orderProcessorUrl),
      payment: to('payment', config.paymentUrl),
    };
  }

  of(service: ServiceName): Upstream {
    return this.all[service];
  }
}
