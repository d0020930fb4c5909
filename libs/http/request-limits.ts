import type { IncomingMessage } from 'node:http';

import { DomainError } from '@towpath/errors';

const maxUrlBytes = 8 * 1024;
const maxHeaderBytes = 16 * 1024;

/** For node:http, which counts the URL too; beyond it {@link assertFits} never sees the request. */
export const maxHeadBytes = maxUrlBytes + maxHeaderBytes + 1024;

/** @throws DomainError when URL or headers are too large, or a header that HTTP asks for is missing */
export function assertFits({ url = '', rawHeaders, headers, httpVersion }: IncomingMessage): void {
  if (isLongUrl(url)) throw uriTooLong();
  let bytes = 0;
  for (const part of rawHeaders) bytes += part.length;
  if (bytes > maxHeaderBytes) throw headersTooLarge();
  if (headers.host === undefined && httpVersion !== '1.0')
    throw new DomainError('invalid-request', 'The header Host is missing.');
}

export function isLongUrl(url: string): boolean {
  return url.length > maxUrlBytes;
}

/** Whether the first bytes of a request are mostly its URL. */
export function hasLongUrl(head: unknown): boolean {
  const [requestLine = ''] = Buffer.isBuffer(head) ? head.toString('latin1').split('\r\n', 1) : [];
  return /^[A-Z]+ /.test(requestLine) && isLongUrl(requestLine);
}

export function uriTooLong(): DomainError {
  return new DomainError('uri-too-long', 'Path and query together may have 8 KiB.');
}

export function headersTooLarge(): DomainError {
  return new DomainError('headers-too-large', 'All headers together may have 16 KiB.');
}
