import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/** Lets `looks` see each request first. It ends the request itself, or has it done as usual: `goOn`, at once or later. */
export function aheadOfFastify(
  server: Server,
  looks: (request: IncomingMessage, response: ServerResponse, goOn: () => void) => void,
): void {
  const listeners = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    looks(request, response, () => listeners.forEach((listener) => listener.call(server, request, response)));
  });
}
