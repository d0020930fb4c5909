import type { IncomingMessage } from 'node:http';

import { DomainError } from '@towpath/errors';

const maxUrlBytes = 8 * 1024;
const maxHeaderBytes = 16 * 1024;

/** For node:http, which counts the URL too; beyond it {@link assertFits} never sees the request. */
export const maxHeadBytes = maxUrlBytes + maxHeaderBytes + 1024;

/** @throws DomainError when URL or headers are too large, or another reader might take the request for something else */
export function assertFits({ url = '', rawHeaders, headers, httpVersion }: IncomingMessage): void {
  if (isLongUrl(url)) throw uriTooLong();
  let bytes = 0;
  let hosts = 0;
  for (const part of rawHeaders) bytes += part.length;
  for (let name = 0; name < rawHeaders.length; name += 2) hosts += isHost(rawHeaders[name]!) ? 1 : 0;
  if (bytes > maxHeaderBytes) throw headersTooLarge();
  if (hosts > 1) throw ambiguous('The header Host is there more than once.');
  if (hosts === 0 && httpVersion !== '1.0') throw ambiguous('The header Host is missing.');
  if (headers['transfer-encoding'] && httpVersion === '1.0') throw ambiguous('HTTP/1.0 has no Transfer-Encoding.');
}

/** Who reads it otherwise may see another request behind it: the connection ends here. */
function ambiguous(detail: string): DomainError {
  return new DomainError('invalid-request', detail, { headers: { connection: 'close' } });
}

function isHost(name: string): boolean {
  return name.length === 4 && name.toLowerCase() === 'host';
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
