export interface AnswerOptions {
  /** One of the statuses of the route; the lowest of them if not given. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a handler returns when the body alone does not say everything. */
export class Answer<T> {
  constructor(
    readonly body: T,
    readonly options: AnswerOptions = {},
  ) {}
}
