import { Injectable, Optional } from '@nestjs/common';
import { AccessControl } from '@towpath/auth';
import { Lifecycle } from '@towpath/health';
import { httpMetrics, Metrics } from '@towpath/metrics';
import { httpTracing } from '@towpath/tracing';
import type { FastifyInstance } from 'fastify';

import { dieAroundAnswers } from './answer-failpoints.ts';
import { endBrokenOff } from './broken-off.ts';
import { allowOrigins } from './cross-origin.ts';
import { askDoorkeeper, Doorkeeper } from './doorkeeper.ts';
import { addHeaders, admitRequests, logRequests, refuseEarly } from './hooks.ts';
import { HttpConfig } from './http.config.ts';
import { lingerWhileSent } from './lingering.ts';
import { endStreams } from './open-streams.ts';

/** What happens to every request on its way to a handler, in this order. */
@Injectable()
export class HttpDefaults {
  constructor(
    private readonly lifecycle: Lifecycle,
    private readonly metrics: Metrics,
    @Optional() private readonly control?: AccessControl,
    @Optional() private readonly keeper?: Doorkeeper,
    @Optional() private readonly config?: HttpConfig,
  ) {}

  apply(fastify: FastifyInstance): void {
    httpTracing(fastify);
    endBrokenOff(fastify);
    httpMetrics(fastify, this.metrics);
    logRequests(fastify);
    addHeaders(fastify, this.lifecycle);
    allowOrigins(fastify, this.config?.corsOrigins);
    endStreams(fastify, this.lifecycle);
    lingerWhileSent(fastify);
    askDoorkeeper(fastify, this.keeper);
    refuseEarly(fastify);
    admitRequests(fastify, this.control);
    if (TOWPATH_TEST_BUILD) dieAroundAnswers(fastify);
  }
}
