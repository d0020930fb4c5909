import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { Form } from './form.ts';
import { newId } from './payment-intents.ts';
import { Provider, type Reply } from './provider.ts';
import { apiError, invalidRequest, StripeError } from './stripe-error.ts';
import { type WebhookOptions, Webhooks } from './webhooks.ts';

const maxBodyBytes = 64 * 1024;

export interface SandboxOptions {
  /** 0 takes any free port. */
  port: number;
  /** Where its log lives, `provider.jsonl`. */
  folder: string;
  secretKey: string;
  /** Nobody is told of anything without. */
  webhooks?: WebhookOptions;
}

export interface Sandbox {
  readonly url: string;
  /** Finishes what it is at, then lets go of port and log. */
  close(): Promise<void>;
}

/** Starts a payment provider on loopback. @throws when its log is damaged or the port is taken. */
export async function startSandbox({ port, folder, secretKey, ...options }: SandboxOptions): Promise<Sandbox> {
  const webhooks = options.webhooks && (await Webhooks.open(join(folder, 'webhooks.jsonl'), options.webhooks));
  const provider = await Provider.open(join(folder, 'provider.jsonl'), (...told) => webhooks?.tell(...told));
  const server = createServer({ keepAliveTimeout: 65_000, requestTimeout: 15_000 }, (request, response) => {
    void answer(provider, secretKey, request)
      .catch(asReply)
      .then((reply) => {
        response.shouldKeepAlive &&= server.listening;
        send(request, response, reply);
      });
  });
  try {
    await listen(server, port);
  } catch (error) {
    await Promise.all([provider.close(), webhooks?.close()]);
    throw error;
  }
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${bound}`,
    close: async () => {
      provider.stop();
      await new Promise((resolve) => server.close(resolve));
      await Promise.all([provider.close(), webhooks?.close()]);
    },
  };
}

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });

async function answer(provider: Provider, secretKey: string, request: IncomingMessage): Promise<Reply> {
  const body = await readBody(request);
  if (!hasKey(request.headers.authorization, secretKey)) {
    throw new StripeError(401, { type: 'invalid_request_error', message: 'Invalid API Key provided.' });
  }
  const { pathname, search } = new URL(request.url ?? '/', 'http://sandbox');
  if (pathname === '/_sandbox/faults') {
    return controlFaults(provider, request.method, body);
  }
  return provider.handle({
    method: request.method ?? '',
    path: pathname,
    form: new Form(request.method === 'POST' ? body : search.slice(1)),
    idempotencyKey: request.headers['idempotency-key'] as string | undefined,
  });
}

function controlFaults({ faults }: Provider, method: string | undefined, body: string): Reply {
  if (method === 'POST') {
    return { status: 201, body: faults.add(parseJson(body)) };
  }
  if (method === 'DELETE') {
    faults.clear();
  }
  return { status: 200, body: faults.all() };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw invalidRequest('The body is not JSON.');
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) {
      throw new StripeError(413, { type: 'invalid_request_error', message: 'The body is too large.' });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
const hasKey = (header: string | undefined, secretKey: string): boolean =>
  timingSafeEqual(sha256(header ?? ''), sha256(`Bearer ${secretKey}`));

function asReply(error: unknown): Reply {
  if (error instanceof StripeError) {
    return error;
  }
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return apiError('The sandbox failed; its output says why.');
}

function send(request: IncomingMessage, response: ServerResponse, { status, body, replayed, lost }: Reply): void {
  if (lost) {
    response.destroy();
    return;
  }
  response.writeHead(status, {
    'content-type': 'application/json',
    'request-id': newId('req'),
    'stripe-version': request.headers['stripe-version'] ?? 'sandbox',
    ...(request.headers['idempotency-key'] && { 'idempotency-key': request.headers['idempotency-key'] }),
    ...(replayed && { 'idempotent-replayed': 'true' }),
  });
  response.end(JSON.stringify(body));
}
