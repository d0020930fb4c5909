import { trace } from '@opentelemetry/api';
import { pino, stdTimeFunctions } from 'pino';

import type { LogLevel } from './logging.config.ts';
import { NestLogger } from './nest-logger.ts';
import { pretty } from './pretty.ts';

export interface LogDestination {
  write(line: string): void;
}

export interface LoggerOptions {
  readonly service: string;
  readonly level: LogLevel;
  /** For people at a terminal, instead of JSON. */
  readonly pretty: boolean;
  /** Standard output if not given. */
  readonly destination?: LogDestination;
}

/** Writes at once and in order, so that the last words of a process that dies are there. */
export function createLogger(options: LoggerOptions): NestLogger {
  const output = options.destination ?? pino.destination({ fd: 1, sync: true });
  const logger = pino(
    {
      level: options.level,
      base: { service: options.service },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
      mixin: currentTrace,
      // Errors are plain already; pino's own serializer would take their type for Object.
      serializers: { err: (err) => err },
    },
    options.pretty ? pretty(output) : output,
  );
  return new NestLogger(logger);
}

function currentTrace(): { traceId?: string; spanId?: string } {
  const span = trace.getActiveSpan()?.spanContext();
  return span ? { traceId: span.traceId, spanId: span.spanId } : {};
}
