import { once } from 'node:events';
import { connect } from 'node:net';

import { problemSchema } from '@towpath/api';

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends exactly these bytes and reads until the other side closes: for what no HTTP client would send. */
export async function rawRequest(url: string, bytes: string | Buffer): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.write(bytes);
  await once(socket, 'close');
  return parse(Buffer.concat(chunks).toString('latin1'));
}

export function expectProblem({ status, headers, body }: RawAnswer, expected: { status: number; code: string }): void {
  expect({ status, type: headers['content-type'] }).toEqual({
    status: expected.status,
    type: 'application/problem+json',
  });
  const problem = problemSchema.parse(JSON.parse(body));
  expect(problem).toMatchObject({ type: `/problems/${expected.code}`, status: expected.status });
  expect(headers['traceparent']).toContain(problem.traceId);
}

function parse(text: string): RawAnswer {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) =>
      line
        .split(/: ?(.*)/s)
        .slice(0, 2)
        .map((part, i) => (i ? part : part.toLowerCase())),
    ),
  );
  return { status: Number(statusLine.split(' ')[1]), headers, body: rest.join('\r\n\r\n') };
}
