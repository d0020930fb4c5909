import { type ProblemCode, problems } from '@towpath/api';

/** One wrong field: a JSON pointer into the request, and what is wrong there. */
export interface FieldError {
  readonly pointer: string;
  readonly detail: string;
}

export interface DomainErrorOptions {
  readonly errors?: readonly FieldError[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Logged where the status is 5xx, never told to the client. */
  readonly cause?: unknown;
}

/** An error that the caller may know: `detail` is shown to clients. */
export class DomainError extends Error {
  readonly status: number;
  readonly errors?: readonly FieldError[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly code: ProblemCode,
    detail: string,
    more: DomainErrorOptions = {},
  ) {
    super(detail, 'cause' in more ? { cause: more.cause } : undefined);
    this.name = new.target.name;
    this.status = problems[code].status;
    this.errors = more.errors;
    this.headers = more.headers ?? {};
  }
}

/** Something needed is away or full: the same request may succeed later. Transient. */
export class Unavailable extends DomainError {
  constructor(detail = 'The service cannot answer now. Try again.', more: Omit<DomainErrorOptions, 'errors'> = {}) {
    // Spread over 1–3 s, so that those who were turned away do not come back together.
    const retryAfter = String(1 + Math.floor(Math.random() * 3));
    super('overloaded', detail, { ...more, headers: { 'retry-after': retryAfter, ...more.headers } });
  }
}

/** Something needed did not answer in time; whether it did the work is not known. Transient. */
export class UpstreamTimeout extends DomainError {
  constructor(
    detail = 'A service that was needed did not answer in time.',
    more: Omit<DomainErrorOptions, 'errors'> = {},
  ) {
    super('upstream-timeout', detail, more);
  }
}

/** True if the same work may succeed later; a message whose handling failed so is delivered again. */
export function isTransient(error: unknown): boolean {
  return error instanceof Unavailable || error instanceof UpstreamTimeout;
}
