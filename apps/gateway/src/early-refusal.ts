import type { IncomingMessage, Server, ServerResponse } from 'node:http';

import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { type Route, routes } from '@towpath/api';
import { ProblemSettings } from '@towpath/errors';
import { Lifecycle } from '@towpath/health';
import { plainAnswer } from '@towpath/http';
import { Metrics } from '@towpath/metrics';

import { Admission } from './admission.ts';
import { aheadOfFastify } from './ahead-of-fastify.ts';
import { NoRoom } from './places.ts';

/** Made in advance, as to make an error costs more than to send it; each says to wait for another while. */
const full = Array.from({ length: 16 }, () => new NoRoom());

/**
 * Refuses what there is no room for before Fastify sees it, at a fraction of the price: under ten times the load there is no time
 * for more. What the pages of others ask goes the whole way, so that they can read the refusal.
 */
@Injectable()
export class EarlyRefusal implements OnModuleInit {
  /** By what comes after `/v1/`, where one service answers all of it. */
  private readonly services = new Map<string, string | undefined>();
  private readonly refusals;

  constructor(
    private readonly admission: Admission,
    private readonly host: HttpAdapterHost,
    private readonly lifecycle: Lifecycle,
    private readonly problems: ProblemSettings,
    metrics: Metrics,
  ) {
    this.refusals = metrics.counter('early_refusals_total', 'Requests turned away unread, by the service', ['service']);
    for (const { path, service } of Object.values<Route>(routes)) {
      const part = partOf(path);
      const isOfOne = !this.services.has(part) || this.services.get(part) === String(service);
      this.services.set(part, isOfOne ? String(service) : undefined);
    }
  }

  onModuleInit(): void {
    const server = this.host.httpAdapter.getHttpServer() as Server;
    aheadOfFastify(server, (request, response, goOn) => void (this.refuses(request, response) || goOn()));
  }

  private refuses({ url = '', headers, httpVersion }: IncomingMessage, response: ServerResponse): boolean {
    const service = this.services.get(partOf(url));
    if (service === undefined || this.admission.hasRoomFor(service)) return false;
    // HTTP/1.0 is read differently by others: it is looked at first.
    if (headers.origin !== undefined || httpVersion !== '1.1') return false;
    this.refusals.inc({ service });
    const answer = plainAnswer(anyOf(full), url, this.problems.problemBaseUrl);
    if (this.lifecycle.draining) response.setHeader('connection', 'close');
    response.writeHead(answer.status, answer.headers).end(answer.body);
    return true;
  }
}

const anyOf = <T>(all: readonly T[]): T => all[Math.floor(Math.random() * all.length)]!;

/** `/v1/orders/1?a=b` → `orders` */
function partOf(path: string): string {
  return /^\/v1\/(\w+)/.exec(path)?.[1] ?? '';
}
