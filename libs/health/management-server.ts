import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Liveness, Readiness } from './checks.ts';

export interface ManagementOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly liveness: Liveness;
  readonly readiness: Readiness;
  /** A prom-client registry. */
  readonly registry: MetricRegistry;
}

interface MetricRegistry {
  readonly contentType: string;
  metrics(): Promise<string>;
  getSingleMetric(name: string): unknown;
  getSingleMetricAsString(name: string): Promise<string>;
}

export interface ManagementServer {
  readonly url: string;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/**
 * `/health`, `/ready` and `/metrics` (`?name[]=…` for some of them) on a port of their own, which the outside never reaches. Plain node:http: it must
 * answer whatever the framework is busy with.
 * @throws when the port cannot be opened
 */
export async function managementServer(options: ManagementOptions): Promise<ManagementServer> {
  const server = createServer({ requestTimeout: 5_000, headersTimeout: 5_000 }, (request, response) => {
    const known = request.method === 'GET' || request.method === 'HEAD';
    void answer(known ? request.url : undefined, options).then((given) => send(response, given));
  });
  server.listen(options.port, options.host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://${options.host}:${port}`, close: () => close(server) };
}

async function answer(url: string | undefined, options: ManagementOptions): Promise<Answer> {
  try {
    return await look(url, options);
  } catch {
    return json(500, { error: 'internal' });
  }
}

async function look(url: string | undefined, { liveness, readiness, registry }: ManagementOptions): Promise<Answer> {
  const path = url?.split('?', 1)[0];
  if (path === '/health') {
    const report = await liveness.report();
    return json(report.alive ? 200 : 503, report);
  }
  if (path === '/ready') {
    const report = await readiness.report();
    return json(report.ready ? 200 : 503, report);
  }
  if (path === '/metrics')
    return { status: 200, type: registry.contentType, body: await metrics(registry, named(url)) };
  return json(404, { error: 'not-found' });
}

/** As other clients of Prometheus do: `?name[]=…`, once for each metric that is wanted. */
function named(url = ''): string[] {
  return new URL(url, 'http://localhost').searchParams.getAll('name[]');
}

/** Only these, if any are named: some metrics are looked up in the database when they are asked for. */
async function metrics(registry: MetricRegistry, names: readonly string[]): Promise<string> {
  if (names.length === 0) return registry.metrics();
  const known = names.filter((name) => registry.getSingleMetric(name) !== undefined);
  const texts = await Promise.all(known.map((name) => registry.getSingleMetricAsString(name)));
  return `${texts.join('\n\n')}\n`;
}

function json(status: number, body: unknown): Answer {
  return { status, type: 'application/json', body: `${JSON.stringify(body)}\n` };
}

function send(response: ServerResponse, { status, type, body }: Answer): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
