import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/** Lets `ends` look at each request first; what it says it has ended goes no further. */
export function aheadOfFastify(
  server: Server,
  ends: (request: IncomingMessage, response: ServerResponse) => boolean,
): void {
  const listeners = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    if (!ends(request, response)) listeners.forEach((listener) => listener.call(server, request, response));
  });
}
