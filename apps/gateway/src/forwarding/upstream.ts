import type { Route } from '@towpath/api';
import { problemMediaType, Unavailable, UpstreamTimeout } from '@towpath/errors';
import { remainingMs, type TracedPool, withDeadline } from '@towpath/tracing';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Dispatcher } from 'undici';

import { type Answer, answerOf, TooSlow } from './answer.ts';
import { answerHeaders, headersRead, pick } from './headers.ts';
import { RetryBudget } from './retry-budget.ts';

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

/** Streams have connections of their own: each keeps one for minutes. */
export interface Pools {
  readonly requests: TracedPool;
  readonly streams: TracedPool;
}

/** One service behind the gateway. */
export class Upstream {
  private readonly retries = new RetryBudget();

  constructor(
    private readonly name: string,
    private readonly pools: Pools,
    private readonly timeoutMs: number,
  ) {}

  /** Handler that has the service answer. Bodies pass as they are; an answer that breaks off does not get out in part, but for a stream. */
  forward(route: Route): Forward {
    const names = headersRead(route);
    const pool = route.isStream ? this.pools.streams : this.pools.requests;
    return async (request, reply) => {
      const answer = await withDeadline(this.timeoutMs, () =>
        this.ask(pool, {
          // A stream without a body would have to be hung up on.
          method: route.isStream ? (request.method as 'GET' | 'HEAD') : route.method,
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
  private async ask(pool: TracedPool, options: RequestToService): Promise<Answer> {
    try {
      return await this.askOnce(pool, options).catch((error: unknown) => {
        const again = options.method === 'GET' && connectionFailed.has(codeOf(error)) && this.retries.take();
        if (again) return this.askOnce(pool, options);
        throw error;
      });
    } catch (error) {
      throw this.explain(error);
    }
  }

  private async askOnce(pool: TracedPool, options: RequestToService): Promise<Answer> {
    const answer = await answerOf(pool, options, remainingMs() ?? this.timeoutMs);
    const isProblem = answer.headers['content-type']?.includes(problemMediaType) ?? false;
    if (answer.status >= 400 && !isProblem) throw new Error(`answered ${answer.status} without a problem`);
    if (answer.status < 500) this.retries.succeeded();
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
