import { Injectable, Optional } from '@nestjs/common';
import { AccessControl } from '@towpath/auth';
import { Lifecycle } from '@towpath/health';
import { httpMetrics, Metrics } from '@towpath/metrics';
import { httpTracing } from '@towpath/tracing';
import type { FastifyInstance } from 'fastify';

import { addHeaders, admitRequests, logRequests, refuseEarly } from './hooks.ts';
import { lingerWhileSent } from './lingering.ts';
import { endStreams } from './open-streams.ts';

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
    endStreams(fastify, this.lifecycle);
    lingerWhileSent(fastify);
    refuseEarly(fastify);
    admitRequests(fastify, this.control);
  }
}
