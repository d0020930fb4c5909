import type { FastifyInstance, FastifyReply } from 'fastify';

/** What a page of another origin may send and read. Tokens travel in a header, so no page ever needs credentials. */
const allowed = {
  'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
  'access-control-allow-headers':
    'authorization, content-type, idempotency-key, if-match, last-event-id, traceparent, x-request-timeout-ms',
  'access-control-max-age': '600',
};
const readable =
  'etag, idempotency-replayed, location, ratelimit, ratelimit-policy, retry-after, traceparent, www-authenticate';

/** Lets pages of these origins call and read what comes back, refusals too; what browsers ask beforehand is answered here. */
export function allowOrigins(fastify: FastifyInstance, origins: readonly string[] = []): void {
  if (origins.length === 0) return;
  const known = new Set(origins);
  fastify.addHook('onRequest', ({ method, headers }, reply, done) => {
    const { origin } = headers;
    void reply.header('vary', 'origin');
    if (origin === undefined || !known.has(origin)) return done();
    void reply.headers({ 'access-control-allow-origin': origin, 'access-control-expose-headers': readable });
    if (method !== 'OPTIONS' || !headers['access-control-request-method']) return done();
    return answerPreflight(reply);
  });
}

function answerPreflight(reply: FastifyReply): void {
  void reply.code(204).headers(allowed).send();
}
