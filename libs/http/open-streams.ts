import { Readable } from 'node:stream';

import type { Lifecycle } from '@towpath/health';
import type { FastifyInstance } from 'fastify';

/** The body of an answer that goes on until somebody ends it. */
export abstract class OpenStream extends Readable {
  /** Nothing comes after what was sent. Does nothing once it has ended. */
  abstract end(): void;
}

/** Ends open answers when the process drains, so that their clients go on elsewhere, and at once where only the head was asked for. */
export function endStreams(fastify: FastifyInstance, lifecycle: Lifecycle): void {
  const open = new Set<OpenStream>();
  let stopped = false;
  fastify.addHook('onSend', (request, _reply, payload, done) => {
    if (payload instanceof OpenStream) {
      open.add(payload);
      payload.once('close', () => open.delete(payload));
      if (request.method === 'HEAD') payload.destroy();
      else if (stopped) payload.end();
    }
    done(null, payload);
  });
  lifecycle.background({
    name: 'open streams',
    inEveryRole: true,
    start: () => {},
    stop: async () => {
      stopped = true;
      open.forEach((stream) => stream.end());
    },
  });
}
