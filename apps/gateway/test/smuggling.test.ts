import { rawRequest } from '@towpath/testing';

import { givenGateway } from './given-gateway.ts';

const hidden = 'GET /v1/products?q=hidden HTTP/1.1\r\nHost: a\r\n\r\n';
const login = '{"email":"ada@example.org","password":"correct horse battery"}';

/** A request with a body, whose headers about the body are given; what comes after them is sent as it is. */
const post = (framing: string, rest: string) =>
  `POST /v1/sessions HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\n${framing}\r\n\r\n${rest}`;
const get = (lines: string, rest = '') =>
  `GET /v1/products HTTP/1.1\r\nHost: a\r\nConnection: close${lines}\r\n\r\n${rest}`;

const chunked = 'Transfer-Encoding: chunked';
const chunks = `${login.length.toString(16)}\r\n${login}\r\n0\r\n\r\n`;
const length = `Content-Length: ${login.length}`;

/** What two parsers may read differently: none of it is read at all. */
const refused: [string, string][] = [
  ['length and chunks', post(`${length}\r\n${chunked}`, chunks + hidden)],
  ['chunks and length', post(`${chunked}\r\n${length}`, chunks + hidden)],
  ['chunks and a length that hides a request', post(`Content-Length: 4\r\n${chunked}`, `0\r\n\r\n${hidden}`)],
  ['an encoding that is none', post('Transfer-Encoding: xchunked', chunks + hidden)],
  ['chunks twice in one header', post('Transfer-Encoding: chunked, chunked', chunks + hidden)],
  ['chunks, and after them something else', post('Transfer-Encoding: chunked, identity', chunks + hidden)],
  ['two encodings', post(`${chunked}\r\nTransfer-Encoding: identity`, chunks + hidden)],
  ['an encoding with a space before its colon', post('Transfer-Encoding : chunked', chunks + hidden)],
  ['an encoding with a tab before its colon', post('Transfer-Encoding\t: chunked', chunks + hidden)],
  ['an encoding that is folded', post('Transfer-Encoding:\r\n chunked', chunks + hidden)],
  ['a header that is folded', post(`X: a\r\n b\r\n${length}`, login + hidden)],
  ['an encoding with a vertical tab', post('Transfer-Encoding: \x0bchunked', chunks + hidden)],
  ['an encoding behind a bare CR', post(`X: a\rTransfer-Encoding: chunked\r\n${length}`, login + hidden)],
  ['an encoding behind a bare LF', post(`X: a\nTransfer-Encoding: chunked\r\n${length}`, login + hidden)],
  ['an encoding behind NUL', post(`X: a\0b\r\n${length}`, login + hidden)],
  ['an encoding in quotes', post('Transfer-Encoding: "chunked"', chunks + hidden)],
  ['an encoding in HTTP/1.0', post(chunked, chunks + hidden).replace('HTTP/1.1', 'HTTP/1.0')],
  ['a length with a sign', post(`Content-Length: +${login.length}`, login + hidden)],
  ['a length below 0', post('Content-Length: -1', login + hidden)],
  ['a hexadecimal length', post('Content-Length: 0x3e', login + hidden)],
  ['a length with a point', post(`Content-Length: ${login.length}.0`, login + hidden)],
  ['a length with an exponent', post('Content-Length: 6e1', login + hidden)],
  ['a length in other digits', post('Content-Length: \u0666\u0662', login + hidden)],
  ['a length of two numbers', post('Content-Length: 62 2', login + hidden)],
  ['a list of lengths', post(`Content-Length: ${login.length}, ${login.length}`, login + hidden)],
  ['an empty length', post('Content-Length: ', login + hidden)],
  ['a length beyond all numbers', post('Content-Length: 99999999999999999999', login + hidden)],
  ['two lengths that differ', post(`${length}\r\nContent-Length: 0`, login + hidden)],
  ['two lengths that are alike', post(`${length}\r\n${length}`, login + hidden)],
  ['a length with a space before its colon', post(`Content-Length : ${login.length}`, login + hidden)],
  ['a chunk with a hexadecimal prefix', post(chunked, `0x3e\r\n${login}\r\n0\r\n\r\n${hidden}`)],
  ['a chunk with a sign', post(chunked, `+3e\r\n${login}\r\n0\r\n\r\n${hidden}`)],
  ['a chunk below 0', post(chunked, `-1\r\n${login}\r\n0\r\n\r\n${hidden}`)],
  ['a chunk without a size', post(chunked, `\r\n${login}\r\n0\r\n\r\n${hidden}`)],
  ['a chunk beyond all numbers', post(chunked, `fffffffffffffffff\r\n${login}\r\n0\r\n\r\n${hidden}`)],
  ['a chunk that is longer than its size', post(chunked, `3\r\n${login}\r\n0\r\n\r\n${hidden}`)],
  ['a chunk that ends with LF alone', post(chunked, `3e\n${login}\n0\n\n${hidden}`)],
  ['a chunk with a space before its size', post(chunked, ` 3e\r\n${login}\r\n0\r\n\r\n${hidden}`)],
  ['lines that end with LF alone', 'GET /v1/products HTTP/1.1\nHost: a\nConnection: close\n\n'],
  ['a line that ends with CR alone', 'GET /v1/products HTTP/1.1\rHost: a\r\n\r\n'],
  ['a header without a name', get('\r\n: a')],
  ['a header without a colon', get('\r\nContent-Length')],
  ['a name with a space', get('\r\nContent Length: 5')],
  ['a space before the first header', 'GET /v1/products HTTP/1.1\r\n Host: a\r\nConnection: close\r\n\r\n'],
  ['two hosts', get('\r\nHost: b')],
  ['no host', 'GET /v1/products HTTP/1.1\r\nConnection: close\r\n\r\n'],
  ['HTTP/0.9', 'GET /v1/products\r\n\r\n'],
  ['HTTP/2 in clear', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['a version that is none', 'GET /v1/products HTTP/1.10\r\nHost: a\r\n\r\n'],
  ['a tab in the request line', 'GET\t/v1/products HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['a method in lower case', 'get /v1/products HTTP/1.1\r\nHost: a\r\n\r\n'],
];

/** What has one meaning only is one request, whatever it looks like. */
const single: [string, string, number][] = [
  ['a request in the body', post(`Content-Length: ${hidden.length}`, hidden), 400],
  ['a request in a chunk', post(chunked, `${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`), 400],
  ['a request in the body of a GET', get(`\r\nContent-Length: ${hidden.length}`, hidden), 200],
  ['a request after the last one', get('', hidden), 200],
  ['a request after the last chunk of the last one', post(chunked, chunks + hidden), 200],
  ['an extension of a chunk', post(chunked, `3e;a=b\r\n${login}\r\n0\r\n\r\n`), 200],
  ['a trailer', post(chunked, `3e\r\n${login}\r\n0\r\nX-User-Id: 1\r\n\r\n`), 200],
  ['zeros before the size of a chunk', post(chunked, `00003e\r\n${login}\r\n0\r\n\r\n`), 200],
  ['two spaces before the address', get('').replace('GET ', 'GET  '), 200],
  ['an absolute address', get('').replace('/v1/products', 'http://evil.example/v1/products'), 200],
  ['an upgrade to HTTP/2', get(', upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk', hidden), 200],
  ['an upgrade to a socket', get(', upgrade\r\nUpgrade: websocket', hidden), 200],
  ['an expectation', post(`Expect: 100-continue\r\n${length}`, login + hidden), 200],
  ['a body to a way that is not there', post(length, login + hidden).replace('sessions', 'nothing'), 404],
  ['a tunnel', `CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n${hidden}`, 405],
];

describe('bytes that hide a request', () => {
  const { gateway, service } = givenGateway();

  it.each(refused)('When there is %s, then it is 400, the connection ends and nobody is asked', async (_, bytes) => {
    const { status, headers, body } = await rawRequest(gateway.url, Buffer.from(bytes, 'latin1'));

    expect({
      status,
      connection: headers.connection,
      answers: body.split('HTTP/1.1').length,
      seen: service.seen,
    }).toEqual({ status: 400, connection: 'close', answers: 1, seen: [] });
    expect(JSON.parse(body)).toMatchObject({ type: '/problems/invalid-request' });
  });

  it.each(single)('When there is %s, then it is one request', async (_, bytes, status) => {
    const answer = await rawRequest(gateway.url, Buffer.from(bytes, 'latin1'));
    const more = [...answer.body.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, code]) => Number(code));

    expect([answer.status, ...more].filter((each) => each >= 200)).toEqual([status]);
    expect(service.seen.map(({ url }) => url)).toEqual(
      status === 200 ? [expect.stringMatching(/^\/v1\/(products|sessions)$/)] : [],
    );
  });
});
