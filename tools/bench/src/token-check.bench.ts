import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';

import { type Bench, type Pair, ratioFinding } from './bench.ts';
import { Product } from './product.ts';
import { pairs } from './rounds.ts';

/** Answers raw requests, as little as Node can do for one, and checks tokens as the gateway does; tells what CPU either took. */
const program = `
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { AccessControl } from './libs/auth/access-control.ts';
import { signAccessToken } from './libs/auth/access-token.ts';
import { AccessTokens } from './libs/auth/access-tokens.ts';
import { Jwks } from './libs/auth/jwks.ts';
import { generateSigningJwk, importSigningKey } from './libs/auth/signing-key.ts';

const key = importSigningKey(await generateSigningJwk());
const revoked = new Set(Array.from({ length: 1_000 }, () => randomUUID()));
const tokens = new AccessTokens(
  new Jwks({ load: async () => ({ keys: [key.publicJwk] }) }),
  { isRevoked: (session) => revoked.has(session) },
);
const control = new AccessControl(tokens);
const newUser = () => ({ id: randomUUID(), roles: ['customer'], sessionId: randomUUID() });
const headers = await Promise.all(
  Array.from({ length: 1_000 }, async () => 'Bearer ' + (await signAccessToken(key, newUser(), 600_000))),
);

const cpu = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};
const check = async (count) => {
  for (let done = 0; done < count; done += 1) await control.admit(headers[done % headers.length], 'user');
};
const answers = {
  cpu: async () => cpu(),
  async checks(count) {
    await check(headers.length);
    const before = cpu();
    await check(count);
    return cpu() - before;
  },
};
process.on('message', async ({ ask, count }) => process.send(await answers[ask](count)));

const server = createServer((_, response) => {
  response.setHeader('content-type', 'application/json');
  response.end('{"hello":"world"}');
});
server.listen(0, '127.0.0.1', () => process.send(server.address().port));
`;

const connections = 32;
const requestsPerConnection = 100;
const checksPerRound = 20_000;
const closingBrace = '}'.charCodeAt(0);

/** Performance goal G10. */
export const tokenCheck: Bench = {
  measures: 'the CPU of checking a token that was seen before, against that of a raw HTTP request',
  async run(say) {
    const product = await Product.build(program);
    const subject = new Subject(fork(product.file));
    try {
      const port = await subject.port();
      const measured = await pairs(say, {
        reference: () => subject.cpuPerRequest(port),
        product: () => subject.cpuPerCheck(),
      });
      return [warmCheck(measured)];
    } finally {
      subject.stop();
      product.remove();
    }
  },
};

function warmCheck(measured: readonly Pair[]) {
  return ratioFinding('warm token check / raw http request', 'µs CPU', measured, { atMost: 0.3 });
}

/** The program above, from outside. */
class Subject {
  private readonly child: ChildProcess;
  private readonly ended = new AbortController();

  constructor(child: ChildProcess) {
    this.child = child;
    child.once('exit', () => this.ended.abort(new Error('The measured program ended.')));
  }

  port(): Promise<number> {
    return this.hear();
  }

  async cpuPerRequest(port: number): Promise<number> {
    const before = await this.ask('cpu');
    await Promise.all(Array.from({ length: connections }, () => requestOften(port, requestsPerConnection)));
    return ((await this.ask('cpu')) - before) / (connections * requestsPerConnection);
  }

  async cpuPerCheck(): Promise<number> {
    return (await this.ask('checks', checksPerRound)) / checksPerRound;
  }

  stop(): void {
    this.child.kill('SIGKILL');
  }

  private ask(ask: 'cpu' | 'checks', count = 0): Promise<number> {
    this.child.send({ ask, count });
    return this.hear();
  }

  private async hear(): Promise<number> {
    const [message] = await once(this.child, 'message', { signal: this.ended.signal });
    return message as number;
  }
}

/** Over one connection, the next request as soon as the last is answered. A client that does more could not keep the server busy. */
async function requestOften(port: number, times: number): Promise<void> {
  const socket = connect(port, '127.0.0.1').setNoDelay();
  let left = times;
  const ask = () => (left-- > 0 ? socket.write('GET / HTTP/1.1\r\nhost: bench\r\n\r\n') : socket.end());
  socket.on('data', (bytes) => bytes.at(-1) === closingBrace && ask());
  ask();
  await once(socket, 'close');
}
