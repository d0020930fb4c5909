import type { Socket } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';

import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Unavailable } from '@towpath/errors';
import { Lifecycle, Periodic } from '@towpath/health';
import type { FastifyInstance, FastifyRequest } from 'fastify';

import { GatewayConfig } from './gateway.config.ts';

const windowMs = 1_000;
const mostPerConnection = 8;

/** So many may be there at once. */
class Places {
  private readonly inside = new WeakSet<FastifyRequest>();
  private taken = 0;

  constructor(private readonly most: number) {}

  enter(request: FastifyRequest): void {
    if (this.taken >= this.most) throw new Unavailable('There are too many requests under way.');
    this.inside.add(request);
    this.taken += 1;
  }

  leave(request: FastifyRequest): void {
    if (this.inside.delete(request)) this.taken -= 1;
  }
}

/** Turns requests away at once when there are too many, or when the process no longer keeps up: better than being late for all. */
@Injectable()
export class Admission implements OnModuleInit {
  private readonly delay = monitorEventLoopDelay({ resolution: 10 });
  private readonly requests: Places;
  private readonly streams: Places;
  private readonly connections = new WeakMap<Socket, Places>();
  /** Windows in a row in which the event loop was late; one alone may be a pause of the machine. */
  private lateWindows = 0;

  constructor(
    private readonly config: GatewayConfig,
    private readonly host: HttpAdapterHost,
    private readonly lifecycle: Lifecycle,
  ) {
    this.requests = new Places(config.maxInFlight);
    this.streams = new Places(config.maxStreams);
  }

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    fastify.addHook('onRequest', (request, _reply, done) => {
      this.enter(request);
      done();
    });
    fastify.addHook('onResponse', (request, _reply, done) => {
      this.placesFor(request).leave(request);
      this.connection(request).leave(request);
      done();
    });
    this.delay.enable();
    this.lifecycle.background(
      new Periodic('event loop watch', { everyMs: windowMs, inEveryRole: true }, async () => this.look()),
    );
  }

  private enter(request: FastifyRequest): void {
    if (this.lateWindows >= 2) throw new Unavailable('There is too much to do.');
    this.connection(request).enter(request);
    this.placesFor(request).enter(request);
  }

  /** Requests may be sent without waiting for answers; node would begin all that it has read, and keep what nobody reads. */
  private connection({ raw }: FastifyRequest): Places {
    const known = this.connections.get(raw.socket);
    if (known) return known;
    const places = new Places(mostPerConnection);
    this.connections.set(raw.socket, places);
    return places;
  }

  private placesFor({ routeOptions }: FastifyRequest): Places {
    return routeOptions.config.route?.isStream ? this.streams : this.requests;
  }

  private look(): void {
    const p99Ms = this.delay.percentile(99) / 1e6;
    this.delay.reset();
    this.lateWindows = p99Ms > this.config.maxEventLoopDelayMs ? this.lateWindows + 1 : 0;
  }
}
