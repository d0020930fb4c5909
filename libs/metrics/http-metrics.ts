import type { FastifyInstance } from 'fastify';

import type { Metrics } from './metrics.ts';

/** Counts and times each request by method, route and status. Requests to no route share one label: paths are for anyone to invent. */
export function httpMetrics(fastify: FastifyInstance, metrics: Metrics): void {
  const seconds = metrics.histogram(
    'http_request_duration_seconds',
    'From the head of a request to the end of its answer',
    ['method', 'route', 'status'],
  );
  const inFlight = metrics.gauge('http_requests_in_flight', 'Requests that are not answered yet');

  fastify.addHook('onRequest', (_request, _reply, done) => {
    inFlight.inc();
    done();
  });

  fastify.addHook('onResponse', (request, reply, done) => {
    inFlight.dec();
    const route = request.routeOptions.url ?? 'none';
    seconds.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1_000);
    done();
  });
}
