import type { FastifyInstance } from 'fastify';

/** As the logs and metrics of proxies have it: the client left before there was an answer. */
const clientLeft = 499;

/**
 * Ends requests whose client has left. To Fastify they would be under way for ever: what counts, logs or lets go of requests in
 * `onResponse` would never hear of their end.
 */
export function endBrokenOff(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (_request, { raw }, done) => {
    raw.once('close', () => {
      if (raw.writableFinished) return;
      if (!raw.headersSent) raw.statusCode = clientLeft;
      const listeners = raw.listeners('error');
      // A handler that still answers causes another, when Fastify no longer listens.
      raw.on('error', () => {});
      listeners.forEach((listener) => listener.call(raw, new Error('The client has left.')));
    });
    done();
  });
}
