import { type ArgumentsHost, Catch, type ExceptionFilter, Logger, Optional } from '@nestjs/common';
import { trace } from '@opentelemetry/api';
import { setting, Settings } from '@towpath/config';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { type DomainError } from './domain-error.ts';
import { problemMediaType, toDomainError, toProblem } from './problem.ts';

export class ProblemSettings extends Settings({
  problemBaseUrl: setting.text({
    default: '/problems',
    meaning: 'what comes before the code in the type of a problem',
  }),
}) {}

/** Answers every error of an HTTP request as application/problem+json. The cause of a 5xx is logged and not told. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  constructor(@Optional() private readonly settings?: ProblemSettings) {}

  catch(error: unknown, host: ArgumentsHost): void {
    if (host.getType() !== 'http') throw error;
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const known = toDomainError(error);
    const problem = toProblem(known, {
      instance: request.url.split('?', 1)[0] ?? '',
      traceId: trace.getActiveSpan()?.spanContext().traceId ?? '',
      baseUrl: this.settings?.problemBaseUrl,
    });
    if (isFault(known)) this.report(known, request, problem.traceId);
    if (reply.raw.headersSent) {
      // Too late for an answer: a cut connection is how the client learns that what it has is not all.
      reply.raw.destroy();
      return;
    }
    void reply
      .status(known.status)
      .headers({ ...known.headers, 'cache-control': 'no-store' })
      .type(problemMediaType)
      // As bytes: Fastify gives a text a charset, which this media type does not have.
      .send(Buffer.from(JSON.stringify(problem)));
  }

  private report(error: DomainError, request: FastifyRequest, traceId: string): void {
    const route = request.routeOptions?.url;
    const entry = {
      msg: `Answered ${error.status} ${error.code}`,
      method: request.method,
      route,
      traceId,
      err: error.cause ?? error,
    };
    if (error.code === 'internal') this.logger.error(entry);
    else this.logger.warn(entry);
  }
}

/** To turn somebody away on purpose is none; there may be thousands a second of that, and each is in the request log. */
function isFault({ status, code, cause }: DomainError): boolean {
  return status >= 500 && (code === 'internal' || cause !== undefined);
}
