import { gzipSync } from 'node:zlib';

import { defaultBodyLimit, type ProblemCode, problems, type Route, routes } from '@towpath/api';

import { badValues } from './bad-values.ts';
import type { GoodRequest, WireRequest } from './good-requests.ts';

export interface BadRequest {
  readonly title: string;
  readonly code: ProblemCode;
  readonly status: number;
  /** What goes over the wire, for a connection of its own. */
  bytes(token: string): Buffer;
}

const key = 'k'.repeat(16);

type Row = readonly [title: string, code: ProblemCode, change: Partial<WireRequest> | { readonly raw: string }];

/** Everything that can be wrong with a request of this route and is seen before anything is done. */
export function badRequests(good: GoodRequest): BadRequest[] {
  const rows = [
    ...badAddresses(good),
    ...badHeads(good),
    ...badHeaders(good),
    ...(good.json ? [...badBodies(good, good.json), ...badMedia()] : []),
  ];
  return rows.map(([title, code, change]) => ({
    title: `${good.route.name}: ${title}`,
    code,
    status: problems[code].status,
    bytes: (token) => ('raw' in change ? Buffer.from(change.raw) : toBytes({ ...good, ...change }, token)),
  }));
}

function badAddresses({ path, route }: GoodRequest): Row[] {
  const [address = '', asked] = path.split('?');
  const query = (text: string, code: ProblemCode): Row => [
    `?${text.slice(0, 60)}`,
    code,
    { path: `${address}?${asked ? `${asked}&` : ''}${text}` },
  ];
  const unknown = ['unknown=1', 'userId=1', 'id[]=1', 'id[$ne]=1', '__proto__=1', 'constructor=1', '%zz=1', '%00'];
  const limits = ['0', '-1', '101', '1e9', '1000000000', '1.5', 'x', '', '%00', '1&limit=2'].map(
    (limit) => `limit=${limit}`,
  );
  const cursors = ['', 'x', '%00', "'%20OR%201=1", '../..', 'a'.repeat(2_000)].map((cursor) => `cursor=${cursor}`);
  const ids = ['x'.repeat(36), '%00', '%2e%2e%2f%2e%2e', "'%20OR%201=1", '$%7B7*7%7D', '%zz', '%ff', 'a'.repeat(7_000)];
  return [
    ...unknown.map((text) => query(text, 'unknown-field')),
    ...(route.query ? [...limits, ...cursors, ...badFilters(route)].map((text) => query(text, 'invalid-request')) : []),
    ...(route.params
      ? ids.map((id): Row => [`id ${id.slice(0, 40)}`, 'invalid-request', { path: route.path.replace('{id}', id) }])
      : []),
    ['a path with more', 'not-found', { path: `${address}/a/b/c` }],
    ['a path that goes up', 'not-found', { path: `${address}/../../admin` }],
    ['a URL of 9 KiB', 'uri-too-long', { path: `${address}?q=${'a'.repeat(9_000)}` }],
  ];
}

/** Wrong for what some lists can be asked for. */
const wrongFilters: Readonly<Record<string, readonly string[]>> = {
  q: ['', '%20%09', 'a%00b', 'x'.repeat(101)],
  service: ['', 'user', 'catalog%00'],
  status: ['', 'placed', 'x'],
  stuck: ['', '1', 'TRUE'],
};

function badFilters({ query }: Route): string[] {
  const known = query && 'shape' in query ? Object.keys(query.shape as object) : [];
  return known.flatMap((name) => (wrongFilters[name] ?? []).map((value) => `${name}=${value}`));
}

/** One that the address does not have. */
function otherMethod({ path }: Route): string {
  const has = Object.values<Route>(routes).filter((route) => route.path === path);
  return ['PATCH', 'PUT', 'DELETE'].find((method) => has.every((route) => route.method !== method)) ?? 'TRACE';
}

function badHeads({ method, path, headers, route }: GoodRequest): Row[] {
  const other = otherMethod(route);
  const raw = (lines: string): { raw: string } => ({ raw: `${method} ${path} HTTP/1.1\r\n${lines}\r\n\r\n` });
  const wrong = (header: string, value: string): Row => [
    `${header}: ${value}, and what is wrong in any case`,
    'unknown-field',
    { path: `${path}${path.includes('?') ? '&' : '?'}unknown=1`, headers: { ...headers, [header]: value } },
  ];
  const rows: Row[] = [
    wrong('accept', 'text/html'),
    wrong('x-http-method-override', 'PATCH'),
    [other, 'method-not-allowed', { method: other }],
    ['TRACE', 'method-not-allowed', { method: 'TRACE' }],
    ['OPTIONS', 'method-not-allowed', { method: 'OPTIONS' }],
    ['CONNECT', 'method-not-allowed', { raw: 'CONNECT example.org:443 HTTP/1.1\r\nHost: a\r\n\r\n' }],
    ['a method that is none', 'invalid-request', { method: 'BREW' }],
    ['17 KiB of headers', 'headers-too-large', { headers: { a: 'a'.repeat(17 * 1024) } }],
    ['CR in a header', 'invalid-request', raw('Host: a\r\nX: a\rb: c')],
    ['a space in the name of a header', 'invalid-request', raw('Host: a\r\nX Y: a')],
    ['no Host', 'invalid-request', raw('Connection: close')],
    ['length and chunks', 'invalid-request', raw('Host: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked')],
    ['two lengths', 'invalid-request', raw('Host: a\r\nContent-Length: 2\r\nContent-Length: 3')],
  ];
  const chunked = raw('Host: a\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json').raw;
  return method === 'GET' ? rows : [...rows, ['chunks that are none', 'invalid-request', { raw: `${chunked}zz\r\n` }]];
}

/** Wrong in place of what a header must be; a header that is read by no operation may be anything. */
const wrongHeaders: Readonly<Record<string, readonly string[]>> = {
  'idempotency-key': [
    '',
    'k'.repeat(15),
    'k'.repeat(129),
    `"${'k'.repeat(15)}"`,
    `${key}é`,
    `${key} ${key}`,
    `${key}\r\nidempotency-key: ${key}`,
  ],
  'if-match': ['', '1', '*', 'W/"1"', '"x"', '"1", "2"', '"99999999999"'],
  'last-event-id': ['x', '-1', '1.5', '99999999999'],
};

function badHeaders({ headers, route }: GoodRequest): Row[] {
  const read = Object.keys(wrongHeaders).filter((name) => name in (route.headers?.shape ?? {}));
  return read.flatMap((name): Row[] => {
    const { [name]: good, ...others } = headers;
    const wrong = (wrongHeaders[name] ?? []).map((value): Row => [
      `${name} ${JSON.stringify(value).slice(0, 60)}`,
      'invalid-request',
      { headers: { ...others, [name]: value } },
    ]);
    return [
      ...(good ? [[`no ${name}`, 'invalid-request', { headers: others }] as const] : []),
      ...wrong,
      [`${name} of 16 KiB`, 'headers-too-large', { headers: { ...others, [name]: '1'.repeat(16 * 1024) } }],
    ];
  });
}

function badBodies({ route, body = '' }: GoodRequest, json: object): Row[] {
  const limit = route.bodyLimit ?? defaultBodyLimit;
  const texts: [string, string | Buffer][] = [
    ['nothing', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['a text', '"x"'],
    ['half an object', '{'],
    ['a comma too many', '{"a":1,}'],
    ['NaN', 'NaN'],
    ['a byte order mark', `\ufeff${body}`],
    ['bytes that are not UTF-8', Buffer.concat([Buffer.from(body.slice(0, -1)), Buffer.from(',"\xff":1}', 'latin1')])],
    ['10,000 levels', `${'['.repeat(10_000)}${']'.repeat(10_000)}`],
    ['one byte too many', body.padEnd(limit + 1)],
    ['10 MB', body.padEnd(10_000_000)],
  ];
  // What is in these is nobody's business before the signature, which is wrong.
  if (route.access === 'provider') return texts.map(([title, text]) => badText(title, text, limit));
  const [first] = Object.keys(json);
  const twice: [string, string][] = first
    ? [['a key twice, the last one wrong', body.replace(/\}$/, `,"${first}":null}`)]]
    : [];
  return [
    ...[...texts, ...twice].map(([title, text]) => badText(title, text, limit)),
    ...badValues(json)
      .filter(({ json: text, isOmission }) => !isOmission || !accepts(route, text))
      .map(({ title, json: text, code }): Row => [title, code, { body: text }]),
  ];
}

function badText(title: string, text: string | Buffer, limit: number): Row {
  return [title, text.length > limit ? 'payload-too-large' : 'invalid-request', { body: text }];
}

/** A field may be optional. */
function accepts({ body }: Route, json: string): boolean {
  return body?.safeParse(JSON.parse(json)).success ?? false;
}

function badMedia(): Row[] {
  const types = [
    'text/plain',
    'application/json; charset=utf-16',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json\r\ncontent-type: text/plain',
  ];
  const bomb = gzipSync(Buffer.alloc(10_000_000));
  const gzip = { 'content-type': 'application/json', 'content-encoding': 'gzip', 'idempotency-key': key };
  return [
    ['no content type', 'unsupported-media-type', { headers: {} }],
    ...types.map((type): Row => [type, 'unsupported-media-type', { headers: { 'content-type': type } }]),
    ['a gzip bomb', 'unsupported-media-type', { headers: gzip, body: bomb }],
  ];
}

/** Latin-1, as headers are; the body as it is. */
function toBytes({ method, path, headers, body = '' }: WireRequest, token: string): Buffer {
  const bytes = Buffer.from(body);
  const all = { host: 'localhost', connection: 'close', authorization: `Bearer ${token}`, ...headers };
  const length = method === 'GET' ? [] : [`content-length: ${bytes.length}`];
  const lines = [
    `${method} ${path} HTTP/1.1`,
    ...Object.entries(all).map(([name, value]) => `${name}: ${value}`),
    ...length,
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), bytes]);
}
