import { monitorEventLoopDelay } from 'node:perf_hooks';

import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Unavailable } from '@towpath/errors';
import { Lifecycle, Periodic } from '@towpath/health';
import type { FastifyInstance, FastifyRequest } from 'fastify';

import { GatewayConfig } from './gateway.config.ts';

const windowMs = 1_000;

/** Turns requests away at once when there are too many, or when the process no longer keeps up: better than being late for all. */
@Injectable()
export class Admission implements OnModuleInit {
  private readonly admitted = new WeakSet<FastifyRequest>();
  private readonly delay = monitorEventLoopDelay({ resolution: 10 });
  private inFlight = 0;
  /** Windows in a row in which the event loop was late; one alone may be a pause of the machine. */
  private lateWindows = 0;

  constructor(
    private readonly config: GatewayConfig,
    private readonly host: HttpAdapterHost,
    private readonly lifecycle: Lifecycle,
  ) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    fastify.addHook('onRequest', (request, _reply, done) => {
      this.enter(request);
      done();
    });
    fastify.addHook('onResponse', (request, _reply, done) => {
      if (this.admitted.has(request)) this.inFlight -= 1;
      done();
    });
    this.delay.enable();
    this.lifecycle.background(
      new Periodic('event loop watch', { everyMs: windowMs, inEveryRole: true }, async () => this.look()),
    );
  }

  private enter(request: FastifyRequest): void {
    if (this.inFlight >= this.config.maxInFlight) throw new Unavailable('There are too many requests under way.');
    if (this.lateWindows >= 2) throw new Unavailable('There is too much to do.');
    this.admitted.add(request);
    this.inFlight += 1;
  }

  private look(): void {
    const p99Ms = this.delay.percentile(99) / 1e6;
    this.delay.reset();
    this.lateWindows = p99Ms > this.config.maxEventLoopDelayMs ? this.lateWindows + 1 : 0;
  }
}
