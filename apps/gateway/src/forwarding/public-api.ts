import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { type Route, routes, servicesOf } from '@towpath/api';
import { answerRoute } from '@towpath/http';

import type { Forward } from './upstream.ts';
import { Upstreams } from './upstreams.ts';

/** Opens every operation of the API to the public. The service that owns it answers; who may ask and how is checked here too. */
@Injectable()
export class PublicApi implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly upstreams: Upstreams,
  ) {}

  onModuleInit(): void {
    for (const route of Object.values<Route>(routes)) {
      answerRoute(this.host, route, this.handlerOf(route));
    }
  }

  private handlerOf(route: Route): Forward {
    const handlers = new Map<unknown, Forward>(
      servicesOf(route).map((service) => [service, this.upstreams.of(service).forward(route)]),
    );
    const [only] = handlers.values();
    if (handlers.size === 1 && only) return only;
    return (request, reply) => {
      const { query } = request.input as { query: { service: unknown } };
      return handlers.get(query.service)!(request, reply);
    };
  }
}
