import type { TlsOptions } from 'node:tls';

import { Logger } from '@nestjs/common';
import { ServerTCP } from '@nestjs/microservices';
import { failpoint } from '@towpath/failpoints';
import { z } from 'zod';

import { maxFrame, pattern, type Reply } from './direct.clients.ts';
import { DirectConfig, mutualTls } from './direct.config.ts';
import { DirectTokens } from './direct.tokens.ts';
import { Subscriptions } from './subscriptions.ts';
import type { Receive } from './transport.ts';

const frame = z.object({
  token: z.string().max(2_000),
  envelope: z.looseObject({ id: z.string().optional(), aggregatetype: z.string().optional() }),
});
type Frame = z.infer<typeof frame>;

/** The end where messages of other services arrive. */
export class DirectServer {
  readonly #logger = new Logger(DirectServer.name);
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #tls?: TlsOptions;
  #server: ServerTCP | undefined;
  #closing = false;

  constructor(
    private readonly config: DirectConfig,
    private readonly tokens: DirectTokens,
    private readonly subscriptions: Subscriptions,
  ) {
    const tls = mutualTls(config);
    this.#tls = tls && { ...tls, requestCert: true, rejectUnauthorized: true };
  }

  /** @throws when the port is taken */
  async listen(receive: Receive): Promise<void> {
    const { directHost: host, directPort: port } = this.config;
    const server = new ServerTCP({ host, port, maxBufferSize: maxFrame, tlsOptions: this.#tls });
    server.addHandler(pattern, (raw) => this.track(this.take(raw, receive)));
    await new Promise<void>((resolve, reject) => {
      server.listen((error?: unknown) => (error ? reject(error as Error) : resolve()));
    });
    this.#server = server;
  }

  /** Turns new messages away, waits for those being handled, then closes. Nest's own close would cut them. */
  async close(): Promise<void> {
    this.#closing = true;
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
    this.#server?.close();
  }

  private async take(raw: unknown, receive: Receive): Promise<Reply> {
    const parsed = frame.safeParse(raw);
    if (!parsed.success) return { ack: false, id: '', error: 'this is no message' };
    const { envelope } = parsed.data;
    const id = envelope.id ?? '';
    if (this.#closing) return { ack: false, id, error: 'this service is stopping' };
    try {
      await this.authenticate(parsed.data);
      await receive(envelope);
      failpoint('direct.reply-sent', 'before');
      // Nest writes the answer before this turn of the event loop ends.
      if (TOWPATH_TEST_BUILD) setImmediate(failpoint, 'direct.reply-sent', 'after');
      return { ack: true, id };
    } catch (error) {
      this.#logger.warn({ msg: 'A message was not taken; its sender will send it again.', id, err: error });
      return { ack: false, id, error: error instanceof Error ? error.message : 'failed' };
    }
  }

  /** A service may send only what it writes. */
  private async authenticate({ token, envelope }: Frame): Promise<void> {
    const sender = await this.tokens.senderOf(token);
    const topic = this.subscriptions.topics.get(envelope.aggregatetype ?? '');
    if (topic && topic.writtenBy !== sender) throw new Error(`${sender} does not write ${topic.name}`);
  }

  private track<T>(work: Promise<T>): Promise<T> {
    this.#underWay.add(work);
    void work.finally(() => this.#underWay.delete(work));
    return work;
  }
}
