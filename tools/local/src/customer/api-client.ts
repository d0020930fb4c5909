import { UserError } from '../user-error.ts';

/** What the shop answered. */
export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

interface Problem {
  readonly type: string;
  readonly detail: string;
}

/** The API refused a request. `code` is the problem's, as in docs/problems.md. */
export class ApiProblem extends UserError {
  readonly status: number;
  readonly code: string;

  constructor(request: string, status: number, problem: Problem) {
    const code = problem.type.split('/').at(-1) ?? '';
    super(`${request} was answered ${status} ${code}: ${problem.detail}`);
    this.status = status;
    this.code = code;
  }
}

/** Talks to the shop as any client would: through the gateway. */
export class ApiClient {
  private readonly gateway: string;
  private readonly token: string | undefined;

  constructor(gateway: string, token?: string) {
    this.gateway = gateway;
    this.token = token;
  }

  /** The same shop, seen by somebody who has logged in. */
  async logIn(credentials: { email: string; password: string }): Promise<ApiClient> {
    const { email, password } = credentials;
    const { body } = await this.post<{ accessToken: string }>('/v1/sessions', { email, password });
    return new ApiClient(this.gateway, body.accessToken);
  }

  get<T>(path: string): Promise<Answer<T>> {
    return this.send('GET', path);
  }

  put<T>(path: string, body: object): Promise<Answer<T>> {
    return this.send('PUT', path, body);
  }

  post<T>(path: string, body: object, headers: Record<string, string> = {}): Promise<Answer<T>> {
    return this.send('POST', path, body, headers);
  }

  /** @throws ApiProblem for any answer that is not a success, and UserError when there is none */
  private async send<T>(
    method: string,
    path: string,
    body?: object,
    more: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const request = `${method} ${path}`;
    const response = await fetch(`${this.gateway}${path}`, {
      method,
      headers: {
        ...(body && { 'content-type': 'application/json' }),
        ...(this.token && { authorization: `Bearer ${this.token}` }),
        ...more,
      },
      ...(body && { body: JSON.stringify(body) }),
    }).catch((error: Error) => {
      throw new UserError(`${request} got no answer: ${(error.cause as Error | undefined)?.message ?? error.message}.`);
    });
    const answer = (await response.json()) as T;
    if (!response.ok) throw new ApiProblem(request, response.status, answer as Problem);
    return { status: response.status, headers: response.headers, body: answer };
  }
}
