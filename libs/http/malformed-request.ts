import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

import { DomainError, toDomainError } from '@towpath/errors';
import type { ConnectionError } from 'fastify';

import { lingerMs } from './lingering.ts';
import { type PlainAnswer, plainAnswer } from './plain-answer.ts';
import { hasLongUrl, headersTooLarge, isLongUrl, uriTooLong } from './request-limits.ts';

/** Answers what comes no further than node's parser or the router, where no filter and no span is. */
export class MalformedRequests {
  constructor(private readonly problemBaseUrl: string) {}

  /** For Fastify's `frameworkErrors`: an address that cannot be decoded. */
  readonly onBadUrl = (error: Error, url: string, response: ServerResponse): void => {
    const { status, headers, body } = this.answer(isLongUrl(url) ? uriTooLong() : toDomainError(error), url);
    response.writeHead(status, headers).end(body);
  };

  /** For node:http's `clientError`: what is no request, or one that never ends. */
  readonly onClientError = (error: ConnectionError, socket: Duplex): void => {
    if (socket.writableEnded) return;
    const answer = underWay(socket);
    if (error.code === 'ECONNRESET' || !socket.writable || answer?.headersSent || hasSentNothing(socket)) {
      // A second head in the middle of an answer would be taken for a part of its body, one that nobody asked for as the next answer.
      socket.destroy();
      return;
    }
    if (answer?.req.complete) {
      // What follows a request does not change that it is being done: its answer comes, and is the last.
      answer.shouldKeepAlive = false;
      return;
    }
    end(socket, this.answer(reasonOf(error), '/'));
  };

  /** Without listeners node:http hangs up on a tunnel and answers an unknown `Expect`, which may be ignored, with an empty 417. */
  listen(server: Server): void {
    server.on('checkExpectation', (request, response) => {
      for (const answer of server.listeners('request')) answer.call(server, request, response);
    });
    const refusal = new DomainError('method-not-allowed', 'There are no tunnels through here.', {
      headers: { allow: 'DELETE, GET, HEAD, PATCH, POST, PUT' },
    });
    server.on('connect', (_: IncomingMessage, socket: Duplex) => end(socket, this.answer(refusal, '/')));
  }

  private answer(error: DomainError, url: string): PlainAnswer {
    const { headers, ...answer } = plainAnswer(error, url, this.problemBaseUrl);
    return { ...answer, headers: { ...headers, connection: 'close' } };
  }
}

function reasonOf({ code, rawPacket }: ConnectionError): DomainError {
  if (code === 'HPE_HEADER_OVERFLOW') return hasLongUrl(rawPacket as unknown) ? uriTooLong() : headersTooLarge();
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new DomainError('request-timeout', 'The request did not arrive in time.');
  return new DomainError('invalid-request', 'This is not a well-formed HTTP request.');
}

function underWay(socket: Duplex & { _httpMessage?: ServerResponse }): ServerResponse | undefined {
  return socket._httpMessage;
}

/** Browsers open connections in advance; and thousands that are only held cost little to end. */
function hasSentNothing(socket: Duplex & { bytesRead?: number }): boolean {
  return socket.bytesRead === 0;
}

function end(socket: Duplex, { status, headers, body }: PlainAnswer): void {
  const head = Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head}\r\n${body}`);
  socket.on('error', () => socket.destroy());
  setTimeout(() => socket.destroy(), lingerMs).unref();
}
