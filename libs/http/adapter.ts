import { FastifyAdapter } from '@nestjs/platform-fastify';
import { defaultBodyLimit } from '@towpath/api';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { Answer } from './answer.ts';
import { EventStream } from './event-stream.ts';
import type { HttpConfig } from './http.config.ts';
import { readJsonBodies } from './json-body.ts';
import { MalformedRequests } from './malformed-request.ts';
import { maxHeadBytes } from './request-limits.ts';

/** What proxies have to know to let each event through at once. */
const eventStreamHeaders = { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' };

/** Fastify as every service has it: strict about what it reads, and a problem in every answer that is not a success. */
export class HttpAdapter extends FastifyAdapter {
  constructor(config: HttpConfig, problemBaseUrl: string) {
    const malformed = new MalformedRequests(problemBaseUrl);
    super({
      bodyLimit: defaultBodyLimit,
      keepAliveTimeout: config.keepAliveTimeoutMs,
      connectionTimeout: config.stallTimeoutMs,
      requestTimeout: config.requestTimeoutMs,
      http: {
        headersTimeout: Math.min(config.headersTimeoutMs, config.requestTimeoutMs),
        maxHeaderSize: maxHeadBytes,
        // Node keeps the first of two Authorization headers and drops the other: joined, they are one that is refused.
        joinDuplicateHeaders: true,
        // How often the two timeouts are looked at: node's 30 s would make 40 s of the first, and end all connections of a crowd at once.
        connectionsCheckingInterval: Math.min(100, config.headersTimeoutMs),
        // Its own answer to a missing Host has no body; assertFits says why.
        requireHostHeader: false,
      },
      // Long ids come as far as validation, which says what an id is.
      routerOptions: { maxParamLength: maxHeadBytes },
      frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
        malformed.onBadUrl(error, request.url, reply.raw),
      clientErrorHandler: malformed.onClientError,
      skipMiddie: true,
      multipart: false,
    });
    malformed.listen(this.getHttpServer());
    readJsonBodies(this.getInstance() as unknown as FastifyInstance);
  }

  override reply(response: FastifyReply, body: unknown, statusCode?: number): FastifyReply {
    if (body instanceof Answer) {
      void response.headers(body.options.headers ?? {});
      return super.reply(response, body.body, body.options.status ?? statusCode);
    }
    if (body instanceof EventStream) void response.headers(eventStreamHeaders);
    return super.reply(response, body, body === undefined ? emptyStatus(response, statusCode) : statusCode);
  }
}

/** A handler that returns nothing means the answer without a body, where its route has one. */
function emptyStatus({ request }: FastifyReply, usual: number | undefined): number | undefined {
  return request.routeOptions.config.route?.answers[204] ? 204 : usual;
}
