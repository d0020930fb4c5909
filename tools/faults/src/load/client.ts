import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { Pool } from 'undici';

import { type Attempt, type Outcome, outcomeOf } from '../history/attempt.ts';
import type { History } from '../history/history.ts';

/** A request as a client makes it; what is not sent goes into the history. */
export interface Request extends Pick<
  Attempt,
  'deed' | 'try' | 'customer' | 'proof' | 'checkout' | 'cart' | 'key' | 'about'
> {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly token?: string;
  readonly json?: object;
}

type Wire = Pick<Request, 'method' | 'path' | 'token' | 'json' | 'key'>;

export interface Reply {
  readonly outcome: Outcome;
  readonly status?: number;
  readonly code?: string;
  /** The order that it is about. */
  readonly orderId?: string;
  readonly replayed?: true;
  readonly body?: Readonly<Record<string, unknown>>;
}

interface Answer {
  readonly status?: number;
  readonly text?: string;
  readonly location?: string;
  readonly replayed?: boolean;
  readonly error?: string;
}

const connections = 128;
const againAfterMs = 100;
const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** Talks to the shop through its public door, over connections that it keeps, and writes down what came of it. */
export class Client {
  private readonly pool: Pool;
  private readonly patienceMs: number;
  private readonly history: History;
  /** Everybody sees these: they say nothing of anybody. */
  readonly publicIds = new Set<string>();

  constructor(gateway: string, history: History, patienceMs: number) {
    this.patienceMs = patienceMs;
    this.history = history;
    this.pool = new Pool(gateway, {
      connections,
      connect: { timeout: patienceMs },
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  /** Never throws: no answer is an outcome. */
  async ask(request: Request): Promise<Reply> {
    const { method: _, path: __, token: ___, json, ...asked } = request;
    const at = Date.now();
    const began = performance.now();
    const answer = await this.send(request);
    const body = parsed(answer.text);
    const code = codeOf(answer.status, body);
    const outcome = outcomeOf(answer.status, code);
    const { status, error, text = '' } = answer;
    const about = { ...orderOf(request, answer, body), ...(answer.replayed && { replayed: true as const }) };
    const ids = `${text} ${answer.location ?? ''}`.match(uuid) ?? [];
    this.history.record({
      ...asked,
      at,
      ms: Math.round(performance.now() - began),
      ...(json && { body: hash(JSON.stringify(json)) }),
      ...(status === undefined ? { error } : { status, answer: hash(text) }),
      ...(code !== undefined && { code }),
      outcome,
      ...about,
      ...this.seenIn(ids),
    });
    return { outcome, status, code, body, ...about };
  }

  /** A request that is no part of the history. */
  async send({ method, path, token, json, key }: Wire): Promise<Answer> {
    try {
      const { statusCode, headers, body } = await this.pool.request({
        method,
        path,
        headers: {
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(json && { 'content-type': 'application/json' }),
          ...(key !== undefined && { 'idempotency-key': key }),
        },
        ...(json && { body: JSON.stringify(json) }),
        signal: AbortSignal.timeout(this.patienceMs),
      });
      const text = await body.text();
      const location = headers['location'] as string | undefined;
      return { status: statusCode, text, location, replayed: headers['idempotency-replayed'] === 'true' };
    } catch (error) {
      return { error: nameOf(error as NodeJS.ErrnoException) };
    }
  }

  /** Asks anew, after a pause, while it is unknown what came of it: for what does no harm when it happens twice. */
  async sendUntilKnown(tries: number, make: () => Wire | Promise<Wire>): Promise<Answer> {
    for (let time = 1; ; time += 1) {
      const answer = await this.send(await make());
      if (outcomeOf(answer.status, undefined) !== 'unknown' || time === tries) return answer;
      await sleep(againAfterMs);
    }
  }

  async close(): Promise<void> {
    await this.pool.destroy();
  }

  private seenIn(ids: readonly string[]): Pick<Attempt, 'seen'> {
    const seen = [...new Set(ids)].filter((id) => !this.publicIds.has(id));
    return seen.length === 0 ? {} : { seen };
  }
}

/** An answer of success is about the order in it; a refusal may name one in its address. */
function orderOf({ deed }: Request, { status = 0, location }: Answer, body: Reply['body']): Pick<Attempt, 'orderId'> {
  const inBody = status < 300 && deed !== 'list' && typeof body?.['id'] === 'string' ? body['id'] : undefined;
  const orderId = inBody ?? location?.match(uuid)?.[0];
  return orderId === undefined ? {} : { orderId };
}

function codeOf(status: number | undefined, body: Reply['body']): string | undefined {
  const type = body?.['type'];
  return status !== undefined && status >= 400 && typeof type === 'string' ? type.split('/').at(-1) : undefined;
}

function parsed(text: string | undefined): Reply['body'] {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return typeof value === 'object' && value !== null ? (value as Reply['body']) : undefined;
  } catch {
    return undefined;
  }
}

const nameOf = ({ name, code }: NodeJS.ErrnoException): string =>
  name === 'TimeoutError' || code === 'UND_ERR_CONNECT_TIMEOUT' ? 'timeout' : (code ?? name);

const hash = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 22);
