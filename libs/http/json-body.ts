import { isUtf8 } from 'node:buffer';

import { DomainError } from '@towpath/errors';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const mediaType = /^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i;

/** Reads bodies that are JSON in UTF-8 and nothing else. The bytes stay at hand in `request.bytes` for who passes them on. */
export function readJsonBodies(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, bytes, done) => {
    request.bytes = bytes;
    try {
      assertPlainJson(request);
      done(null, parse(bytes));
    } catch (error) {
      done(error as Error);
    }
  });
}

function assertPlainJson({ headers }: FastifyRequest): void {
  if (!mediaType.test(headers['content-type'] ?? '')) {
    throw new DomainError('unsupported-media-type', 'The body must be application/json in UTF-8.');
  }
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') {
    throw new DomainError('unsupported-media-type', 'The body must not be compressed.');
  }
}

/** A byte order mark is no JSON. Keys such as `__proto__` stay plain properties; no schema knows them. */
function parse(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw new DomainError('invalid-request', 'The body is not UTF-8.');
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new DomainError('invalid-request', bytes.length === 0 ? 'The body is empty.' : 'The body is not JSON.');
  }
}
