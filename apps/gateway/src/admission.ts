import { monitorEventLoopDelay } from 'node:perf_hooks';

import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { type Route, routes } from '@towpath/api';
import { Lifecycle, Periodic } from '@towpath/health';
import { Metrics } from '@towpath/metrics';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { GatewayConfig } from './gateway.config.ts';
import { FittingPlaces, NoRoom, Places } from './places.ts';

const lookEveryMs = 500;
/** A service that is slow whatever is asked of it gets as many all the same. */
const fewest = 16;
/** Who sends slowly takes no place from those who are to be answered; so many more may be sending. */
const sendingPerPlace = 4;

/** Turns requests away at once when there are more than can be answered in time: better than being late for all. */
@Injectable()
export class Admission implements OnModuleInit {
  private readonly delay = monitorEventLoopDelay({ resolution: 10 });
  private readonly all: Places;
  private readonly sending: Places;
  private readonly streams: Places;
  /** Apart, so that one that is slow takes no place from the others. */
  private readonly services = new Map<string, FittingPlaces>();
  private readonly places;
  /** Looks in a row at which the event loop had been late; one alone may be a pause of the machine. */
  private lateLooks = 0;

  constructor(
    private readonly config: GatewayConfig,
    private readonly host: HttpAdapterHost,
    private readonly lifecycle: Lifecycle,
    metrics: Metrics,
  ) {
    this.places = metrics.gauge('admission_places', 'Requests that are let in at once', ['service']);
    const { maxInFlight: atMost, maxStreams, answerWithinMs, placesAtFirst: atFirst } = config;
    this.all = new Places(atMost);
    this.sending = new Places(sendingPerPlace * atMost);
    this.streams = new Places(maxStreams);
    for (const route of Object.values<Route>(routes)) {
      this.services.set(String(route.service), new FittingPlaces({ answerWithinMs, atFirst, atMost, atLeast: fewest }));
    }
  }

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    fastify.addHook('onRequest', (request, _reply, done) => {
      this.arrive(request);
      done();
    });
    // The body is there, nobody has looked at it.
    fastify.addHook('preValidation', (request, _reply, done) => {
      this.enter(request);
      done();
    });
    fastify.addHook('onResponse', (request, reply, done) => {
      this.leave(request, reply);
      done();
    });
    this.delay.enable();
    this.lifecycle.background(
      new Periodic('admission', { everyMs: lookEveryMs, inEveryRole: true }, async () => this.look()),
    );
  }

  hasRoomFor(service: string): boolean {
    return this.all.hasRoom && (this.services.get(service)?.hasRoom ?? true);
  }

  /** Whether there will be a place is known once all of it is there; where there is none now, nothing more is read. */
  private arrive(request: FastifyRequest): void {
    const { route } = request.routeOptions.config;
    if (route?.isStream) return;
    this.sending.enter(request);
    if (!this.hasRoomFor(String(route?.service))) throw new NoRoom();
  }

  private enter(request: FastifyRequest): void {
    const { route } = request.routeOptions.config;
    this.sending.leave(request);
    if (route?.isStream) return this.streams.enter(request);
    this.all.enter(request);
    return route && this.services.get(String(route.service))?.enter(request);
  }

  private leave(request: FastifyRequest, { statusCode }: FastifyReply): void {
    const { route } = request.routeOptions.config;
    this.sending.leave(request);
    this.streams.leave(request);
    this.all.leave(request);
    if (route) this.services.get(String(route.service))?.answered(request, statusCode === 503 || statusCode === 504);
  }

  private look(): void {
    const p99Ms = this.delay.percentile(99) / 1e6;
    this.delay.reset();
    this.lateLooks = p99Ms > this.config.maxEventLoopDelayMs ? this.lateLooks + 1 : 0;
    for (const [service, each] of this.services) {
      each.look(this.lateLooks >= 2);
      this.places.set({ service }, each.places);
    }
  }
}
