import type { FastifyInstance } from 'fastify';

/** Time for a client that is still sending to read its answer. */
export const lingerMs = 1_000;

/**
 * Answers while the request is still coming in, and then hangs up politely: the other half of the connection stays open for a
 * moment. Closed at once, what the client still sends would reset the connection and the answer with it.
 */
export function lingerWhileSent(fastify: FastifyInstance): void {
  fastify.addHook('onSend', ({ raw }, _reply, payload, done) => {
    const { socket } = raw;
    if (!raw.complete) {
      socket.destroySoon = () => {
        socket.end();
        setTimeout(() => socket.destroy(), lingerMs).unref();
      };
    }
    done(null, payload);
  });
}
