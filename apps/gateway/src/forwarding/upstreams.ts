import { Injectable } from '@nestjs/common';
import type { ServiceName } from '@towpath/api';
import { Lifecycle } from '@towpath/health';
import { tracedPool } from '@towpath/tracing';

import { GatewayConfig } from '../gateway.config.ts';
import { Upstream } from './upstream.ts';

/** A stream shows every 15 s that it lives; one that missed three is lost. */
const silenceMs = 45_000;

/** The services behind the gateway, by name. */
@Injectable()
export class Upstreams {
  private readonly all: Readonly<Record<ServiceName, Upstream>>;

  constructor(config: GatewayConfig, lifecycle: Lifecycle) {
    const { upstreamTimeoutMs: timeoutMs } = config;
    const to = (name: ServiceName, url: string) => {
      const pool = (connections: number, bodyTimeoutMs: number) =>
        tracedPool(url, { connections, headersTimeoutMs: timeoutMs, bodyTimeoutMs });
      const requests = pool(config.upstreamConnections, timeoutMs);
      const streams = pool(config.maxStreams, silenceMs);
      lifecycle.closing(
        `connections to ${name}`,
        async () => void (await Promise.all([requests.close(), streams.close()])),
      );
      return new Upstream(name, { requests, streams }, timeoutMs);
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
