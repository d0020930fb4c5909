import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { type Route, routes } from '@towpath/api';
import { answerRoute } from '@towpath/http';

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
      const upstream = this.upstreams.of(route.service);
      answerRoute(this.host, route, upstream.forward(route));
    }
  }
}
