import './fastify-types.ts';

import { Logger } from '@nestjs/common';
import { needsLogin, type Route, routes } from '@towpath/api';
import type { AccessControl } from '@towpath/auth';
import { UpstreamTimeout } from '@towpath/errors';
import type { Lifecycle } from '@towpath/health';
import { remainingMs } from '@towpath/tracing';
import type { FastifyInstance } from 'fastify';

import { Addresses } from './addresses.ts';
import { assertFits } from './request-limits.ts';
import { securityHeaders } from './security-headers.ts';
import { validateRequest } from './validate-request.ts';

/** One line for every request that was answered. */
export function logRequests(fastify: FastifyInstance): void {
  const logger = new Logger('Request');
  fastify.addHook('onResponse', (request, reply, done) => {
    const { method, routeOptions } = request;
    const ms = Math.round(reply.elapsedTime * 10) / 10;
    logger.log({ msg: `${method} ${routeOptions.url ?? '-'} ${reply.statusCode}`, ms, userId: request.user?.id });
    done();
  });
}

/** Says on every answer that it is for nobody else and no page of its own, unless the handler knows better; while draining, that it is the last. */
export function addHeaders(fastify: FastifyInstance, lifecycle: Lifecycle): void {
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store');
    if (!reply.hasHeader('content-security-policy')) void reply.headers(securityHeaders);
    if (lifecycle.draining) void reply.header('connection', 'close');
    done(null, payload);
  });
}

/** Turns away what is too large, what has no route and what nobody waits for, before the body is read. */
export function refuseEarly(fastify: FastifyInstance): void {
  const addresses = new Addresses();
  fastify.addHook('onRoute', ({ method, url }) => addresses.add(method, url));
  fastify.addHook('onRequest', (request, _reply, done) => {
    assertFits(request.raw);
    if (request.is404) throw addresses.refusal(request.url);
    if (remainingMs() === 0) throw new UpstreamTimeout('The caller no longer waits.');
    done();
  });
}

/** Lets a request through to its handler only from whom the route is for, and only as the route describes it. */
export function admitRequests(fastify: FastifyInstance, control: AccessControl | undefined): void {
  fastify.addHook('onRoute', (options) => {
    const { route } = options.config ?? {};
    assertDeclared(route, `${String(options.method)} ${options.url}`);
    if (needsLogin(route.access) && !control)
      throw new Error(`${route.name} needs a login, so the service must import AuthModule.`);
    if (route.bodyLimit) options.bodyLimit = route.bodyLimit;
  });
  fastify.addHook('preHandler', async (request) => {
    const { route } = request.routeOptions.config;
    if (!route) throw new Error('A request without a route came through');
    request.user = await control?.admit(request.headers.authorization, route.access);
    request.input = validateRequest(route, request);
  });
}

function assertDeclared(route: Route | undefined, address: string): asserts route is Route {
  if (!route) throw new Error(`${address} does not say who may call it: handle it with @Route.`);
  const inTable = Object.values<Route>(routes).includes(route);
  if (route.path.startsWith('/v1/') && !inTable)
    throw new Error(`${address} is no part of the API: add ${route.name} to libs/api/routes.ts.`);
}
