import { hash } from 'node:crypto';

import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { DomainError } from '@towpath/errors';
import { Doorkeeper } from '@towpath/http';
import { Metrics } from '@towpath/metrics';
import { Redis } from '@towpath/redis';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { clientAddress } from './client-address.ts';
import { Limit, type Taken } from './limit.ts';
import { LimitsConfig } from './limits.config.ts';
import { type Asked, policiesOf, type Policy } from './policies.ts';
import { rateLimitHeaders, seconds } from './rate-limit-headers.ts';

interface Kept {
  readonly policy: Policy;
  readonly limit: Limit;
}

interface Visit extends Asked {
  readonly taken: Taken[];
  readonly toGiveBack: { limit: Limit; key: string; failure: number }[];
}

/** Keeps the limits of policies.ts: who is over one is turned away, everybody is told what is left. */
@Injectable()
export class RateLimits extends Doorkeeper implements OnModuleInit {
  private readonly kept: Kept[];
  private readonly visits = new WeakMap<FastifyRequest, Visit>();
  private readonly refusals;

  constructor(
    private readonly config: LimitsConfig,
    private readonly host: HttpAdapterHost,
    redis: Redis,
    metrics: Metrics,
  ) {
    super();
    this.kept = policiesOf(config).map((policy) => ({ policy, limit: new Limit(policy, redis, config.replicas) }));
    this.refusals = metrics.counter('rate_limit_refusals_total', 'Requests turned away, by the limit.', ['policy']);
  }

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    fastify.addHook('preHandler', async (request) => {
      const visit = this.visits.get(request);
      if (visit) await this.take(visit, 'once admitted');
    });
    fastify.addHook('onSend', (request, reply, payload, done) => {
      this.settle(request, reply);
      done(null, payload);
    });
  }

  override admit(request: FastifyRequest): Promise<void> | undefined {
    const address = clientAddress(request.raw, this.config.trustedProxyHops);
    const visit = { request, address, taken: [], toGiveBack: [] };
    this.visits.set(request, visit);
    return this.take(visit, 'on arrival');
  }

  /** One after the other: what one refuses takes nothing of the next. */
  private take(visit: Visit, when: Policy['when'], from = 0): Promise<void> | undefined {
    const { route } = visit.request.routeOptions.config;
    for (let at = from; at < this.kept.length; at += 1) {
      const { policy, limit } = this.kept[at]!;
      if (policy.when !== when || !policy.counts(route)) continue;
      const key = shortened(policy.key(visit));
      const taken = limit.take(key);
      if (taken instanceof Promise) {
        return taken.then((late) => {
          this.note(visit, late, limit, key);
          return this.take(visit, when, at + 1);
        });
      }
      this.note(visit, taken, limit, key);
    }
    return undefined;
  }

  private note(visit: Visit, taken: Taken, limit: Limit, key: string): void {
    visit.taken.push(taken);
    const { name, failure } = taken.policy;
    if (taken.isOver) {
      this.refusals.inc({ policy: name });
      throw new DomainError('rate-limited', `The limit "${name}" is reached.`, {
        headers: { 'retry-after': String(seconds(taken.endsInMs)) },
      });
    }
    if (failure !== undefined) visit.toGiveBack.push({ limit, key, failure });
  }

  private settle(request: FastifyRequest, reply: FastifyReply): void {
    const visit = this.visits.get(request);
    if (!visit) return;
    for (const { limit, key, failure } of visit.toGiveBack.splice(0)) {
      if (reply.statusCode !== failure) limit.giveBack(key);
    }
    void reply.headers(rateLimitHeaders(visit.taken));
  }
}

/** Of a length, and nobody's e-mail or address, wherever it is kept. */
function shortened(key: string): string {
  return hash('sha256', key, 'base64url').slice(0, 22);
}
