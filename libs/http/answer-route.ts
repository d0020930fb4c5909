import './fastify-types.ts';

import type { HttpAdapterHost } from '@nestjs/core';
import type { Route } from '@towpath/api';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { fastifyPath } from './route.decorator.ts';

/** Answers a route without a controller, with the same checks: as the gateway does with all of them. */
export function answerRoute(
  host: HttpAdapterHost,
  route: Route,
  handler: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>,
): void {
  const fastify = host.httpAdapter.getInstance<FastifyInstance>();
  fastify.route({ method: route.method, url: fastifyPath(route.path), config: { route }, handler });
}
