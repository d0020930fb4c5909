import './fastify-types.ts';

import { type Failpoint, failpoint } from '@towpath/failpoints';
import type { FastifyInstance } from 'fastify';

const points: Readonly<Record<string, Failpoint>> = {
  placeOrder: 'checkout.response-written',
  takeProviderEvent: 'webhook.response-written',
};

/** Test builds only: lets the process die when a success is about to be told, or was told just now. */
export function dieAroundAnswers(fastify: FastifyInstance): void {
  const pointOf = (route: string | undefined, status: number) => (status < 300 ? points[route ?? ''] : undefined);
  fastify.addHook('onSend', (request, reply, payload, done) => {
    const point = pointOf(request.routeOptions.config.route?.name, reply.statusCode);
    if (point) failpoint(point, 'before');
    done(null, payload);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const point = pointOf(request.routeOptions.config.route?.name, reply.statusCode);
    if (point) failpoint(point, 'after');
    done();
  });
}
