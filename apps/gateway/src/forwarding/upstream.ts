import type { Route } from '@towpath/api';
import { problemMediaType, Unavailable, UpstreamTimeout } from '@towpath/errors';
import { remainingMs, type TracedPool, withDeadline } from '@towpath/tracing';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Dispatcher } from 'undici';

import { answerHeaders, headersRead, pick } from './headers.ts';
import { type Answer, TooSlow, wholeAnswer } from './whole-answer.ts';

/** Has a request answered elsewhere. */
export type Forward = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

type RequestToService = Dispatcher.DispatchOptions & { readonly route: string };

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
  forward(route: Route): Forward {
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
      return reply.code(answer.status).headers(answerHeaders(route, answer.headers)).send(answer.body);
    };
  }

  /** A read whose connection failed is asked for once more, a write never: it may have arrived. @throws Unavailable, UpstreamTimeout */
  private async ask(options: RequestToService): Promise<Answer> {
    try {
      return await this.askOnce(options).catch((error: unknown) => {
        if (options.method === 'GET' && connectionFailed.has(codeOf(error))) return this.askOnce(options);
        throw error;
      });
    } catch (error) {
      throw this.explain(error);
    }
  }

  private async askOnce(options: RequestToService): Promise<Answer> {
    const answer = await wholeAnswer(this.pool, options, remainingMs() ?? this.timeoutMs);
    const isProblem = answer.headers['content-type']?.includes(problemMediaType) ?? false;
    if (answer.status >= 400 && !isProblem) throw new Error(`answered ${answer.status} without a problem`);
    return answer;
  }

  /** What the client is told does not name the service; the log does. */
  private explain(error: unknown): Error {
    const cause = new Error(`${this.name}: ${(error as Error).message || 'too slow'}`, { cause: error });
    const slow = error instanceof TooSlow || tooSlow.has(codeOf(error));
    return slow ? new UpstreamTimeout(undefined, { cause }) : new Unavailable(undefined, { cause });
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? '';
}

/** A client may put the whole URL where the path belongs; the service gets the path. */
function originForm(url: string): string {
  return url.startsWith('/') ? url : url.slice(url.indexOf('/', url.indexOf('://') + 3));
}
