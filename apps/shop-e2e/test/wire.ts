import { Agent, request } from 'undici';

/** A request as it is sent; nothing is added but what is asked for. */
export interface Asked {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';
  readonly path: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  /** Instead of `json`. */
  readonly body?: string | Buffer;
  /** The client, as a proxy would tell it. */
  readonly from?: string;
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Asks the gateway for what no client should ask for, and for what every one does. */
export class Wire {
  readonly #agent = new Agent({ connections: 64, headersTimeout: 20_000, bodyTimeout: 20_000 });

  constructor(private readonly url: string) {}

  async ask({ method = 'GET', path, token, headers, json, body, from }: Asked): Promise<Answered> {
    const content = json === undefined ? body : JSON.stringify(json);
    const answer = await request(this.url + path, {
      method,
      dispatcher: this.#agent,
      headers: {
        ...(json !== undefined && { 'content-type': 'application/json' }),
        ...(token && { authorization: `Bearer ${token}` }),
        ...(from && { 'x-forwarded-for': from }),
        ...headers,
      },
      body: content,
    });
    return {
      status: answer.statusCode,
      headers: answer.headers as Record<string, string>,
      text: await answer.body.text(),
    };
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }
}

/** The body with what differs between two answers to the same question, where it is and how to find it in the logs, left out. */
export function masked({ text }: Pick<Answered, 'text'>): string {
  return text.replace(/"instance":"[^"]*"/, '"instance":"…"').replace(/"traceId":"[^"]*"/, '"traceId":"…"');
}
