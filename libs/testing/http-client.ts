import { Agent, request } from 'undici';

export interface HttpReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed where it is JSON. A test says what it expects of it. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

export interface RequestOptions {
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Asks the service under test as another program would. */
export class HttpClient {
  readonly #agent = new Agent({ keepAliveTimeout: 1_000 });

  constructor(readonly url: string) {}

  get(path: string, options?: RequestOptions): Promise<HttpReply> {
    return this.send('GET', path, undefined, options);
  }

  post(path: string, body: unknown, options?: RequestOptions): Promise<HttpReply> {
    return this.send('POST', path, body, options);
  }

  put(path: string, body: unknown, options?: RequestOptions): Promise<HttpReply> {
    return this.send('PUT', path, body, options);
  }

  patch(path: string, body: unknown, options?: RequestOptions): Promise<HttpReply> {
    return this.send('PATCH', path, body, options);
  }

  delete(path: string, body?: unknown, options?: RequestOptions): Promise<HttpReply> {
    return this.send('DELETE', path, body, options);
  }

  close(): Promise<void> {
    return this.#agent.close();
  }

  private async send(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body: unknown,
    { token, headers }: RequestOptions = {},
  ): Promise<HttpReply> {
    const response = await request(this.url + path, {
      method,
      dispatcher: this.#agent,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.body.text();
    return { status: response.statusCode, headers: response.headers as Record<string, string>, body: parsed(text) };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
