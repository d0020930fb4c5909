import type { Route } from '@towpath/api';
import { problemMediaType, Unavailable, UpstreamTimeout } from '@towpath/errors';
import { remainingMs, type TracedPool, type TracedRequestOptions, withDeadline } from '@towpath/tracing';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Dispatcher } from 'undici';

import { answerHeaders, headersRead, pick } from './headers.ts';

type Answer = Pick<Dispatcher.ResponseData, 'statusCode' | 'headers'> & { readonly body: Buffer };

const connectionFailed = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_SOCKET',
]);
const tooSlow = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);

/** One service behind the gateway. */
export class Upstream {
  constructor(
    private readonly name: string,
    private readonly pool: TracedPool,
    private readonly timeoutMs: number,
  ) {}

  /** Handler that has the service answer. Bodies pass as they are; an answer that breaks off does not get out in part. */
  forward(route: Route): (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply> {
    const names = headersRead(route);
    return async (request, reply) => {
      const answer = await withDeadline(this.timeoutMs, () =>
        this.ask({
          method: route.method,
          path: originForm(request.url),
          route: route.path,
          headers: pick(request.headers, names),
          body: request.bytes,
        }),
      );
      return reply.code(answer.statusCode).headers(answerHeaders(route, answer.headers)).send(answer.body);
    };
  }

  /** A read whose connection failed is asked for once more, a write never: it may have arrived. @throws Unavailable, UpstreamTimeout */
  private async ask(options: TracedRequestOptions): Promise<Answer> {
    try {
      return await this.askOnce(options).catch((error: unknown) => {
        if (options.method === 'GET' && connectionFailed.has(codeOf(error))) return this.askOnce(options);
        throw error;
      });
    } catch (error) {
      throw this.explain(error);
    }
  }

  private async askOnce(options: TracedRequestOptions): Promise<Answer> {
    const signal = AbortSignal.timeout(remainingMs() ?? this.timeoutMs);
    const { statusCode, headers, body } = await this.pool.request({ ...options, signal });
    const bytes = Buffer.from(await body.arrayBuffer());
    const isProblem = headers['content-type']?.includes(problemMediaType) ?? false;
    if (statusCode >= 400 && !isProblem) throw new Unavailable(`The ${this.name} service is not available.`);
    return { statusCode, headers, body: bytes };
  }

  private explain(cause: unknown): Error {
    if (cause instanceof Unavailable) return cause;
    if (tooSlow.has(codeOf(cause)) || (cause as Error).name === 'TimeoutError') {
      return new UpstreamTimeout(`The ${this.name} service did not answer in time.`, { cause });
    }
    return new Unavailable(`The ${this.name} service is not available.`, { cause });
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? '';
}

/** A client may put the whole URL where the path belongs; the service gets the path. */
function originForm(url: string): string {
  return url.startsWith('/') ? url : url.slice(url.indexOf('/', url.indexOf('://') + 3));
}
