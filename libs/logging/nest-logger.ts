import type { LoggerService } from '@nestjs/common';
import type { Logger as Pino } from 'pino';

import { redactFields, redactText } from './redaction.ts';

const ownNames = new Set(['level', 'time', 'service']);

interface Entry {
  msg?: unknown;
  [field: string]: unknown;
}

/** Takes what code says to Nest's `Logger` (a text, an error, or an object with `msg` and fields) and writes one line. */
export class NestLogger implements LoggerService {
  constructor(private readonly pino: Pino) {}

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.write('info', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  private write(
    level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace',
    message: unknown,
    rest: unknown[],
  ): void {
    if (!this.pino.isLevelEnabled(level)) return;
    const { msg, ...fields } = entryOf(message, rest);
    this.pino[level](redactFields(withoutOwnNames(fields)), redactText(String(msg ?? '')));
  }
}

/** A field with the name of one of the line's own would come after it and be taken for it. */
function withoutOwnNames(fields: Entry): Entry {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [ownNames.has(name) ? `${name}_` : name, value]),
  );
}

/** Nest puts the name of the class last, and a stack, if there is one, before it. */
function entryOf(message: unknown, rest: unknown[]): Entry {
  const last = rest.at(-1);
  const context = typeof last === 'string' && !isStack(last) ? last : undefined;
  const others = context === undefined ? rest : rest.slice(0, -1);
  return {
    ...(context && { context }),
    ...others.reduce<Entry>((entry, each) => ({ ...entry, ...extra(each) }), {}),
    ...main(message),
  };
}

function main(message: unknown): Entry {
  if (message instanceof Error) return { msg: message.message, err: message };
  if (typeof message === 'object' && message !== null) return { ...message };
  return { msg: String(message) };
}

function extra(value: unknown): Entry {
  if (value instanceof Error) return { err: value };
  if (typeof value === 'object' && value !== null) return { ...value };
  return typeof value === 'string' ? { stack: value } : {};
}

function isStack(text: string): boolean {
  return text.includes('\n');
}
