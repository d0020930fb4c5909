import { ClientTCP } from '@nestjs/microservices';
import { failpoint } from '@towpath/failpoints';
import { firstValueFrom, timeout } from 'rxjs';

import { DirectConfig, type MutualTls, mutualTls } from './direct.config.ts';
import { DirectPeers } from './direct.peers.ts';
import { DirectTokens } from './direct.tokens.ts';
import type { Envelope } from './envelope.ts';
import { RelaySettings } from './relay.settings.ts';

export const pattern = 'messages.v1';

/** A frame of the wire, token included, may have this many characters; a message a little less. */
export const maxFrame = 1_048_576;
const maxMessage = maxFrame - 8_192;
const answerMs = 2_000;

/** What travels: the token says who sends. */
export interface Frame {
  readonly token: string;
  readonly envelope: Envelope;
}

/** What a receiver answers: `ack` only after it has committed. */
export interface Reply {
  readonly ack: boolean;
  readonly id: string;
  readonly error?: string;
}

/** No receiver would take it, now or later. */
export class MessageTooLarge extends Error {}

/** One connection to each service that messages are sent to; it comes back by itself after a break. */
export class DirectClients {
  readonly #clients = new Map<string, ClientTCP>();
  readonly #tls?: MutualTls;

  /** @throws SettingsError when a subscriber is not among the peers */
  constructor(
    config: DirectConfig,
    private readonly peers: DirectPeers,
    private readonly tokens: DirectTokens,
    { subscribers }: RelaySettings,
  ) {
    this.#tls = mutualTls(config);
    for (const subscriber of subscribers) peers.peer(subscriber);
  }

  /** Resolves once the receiver has the message for good. @throws when it has not, or when nobody knows */
  async send(receiver: string, envelope: Envelope): Promise<void> {
    const size = JSON.stringify(envelope).length;
    if (size > maxMessage) throw new MessageTooLarge(`the message has ${size} characters, ${maxMessage} are allowed`);
    const token = await this.tokens.for(receiver);
    const reply = await this.ask(receiver, { token, envelope });
    failpoint('relay.acknowledged', 'before');
    if (!reply.ack || reply.id !== envelope.id) throw new Error(reply.error ?? 'the receiver did not take the message');
  }

  close(): void {
    for (const client of this.#clients.values()) client.close();
    this.#clients.clear();
  }

  protected ask(receiver: string, frame: Frame): Promise<Reply> {
    failpoint('relay.sent', 'before');
    const reply = firstValueFrom(this.client(receiver).send<Reply>(pattern, frame).pipe(timeout(answerMs)));
    // On an open connection it is written before this turn of the event loop ends.
    if (TOWPATH_TEST_BUILD) setImmediate(failpoint, 'relay.sent', 'after');
    return reply;
  }

  protected client(receiver: string): ClientTCP {
    const known = this.#clients.get(receiver);
    if (known) return known;
    const { host, port } = this.peers.peer(receiver);
    const client = new ClientTCP({
      host,
      port,
      maxBufferSize: maxFrame,
      tlsOptions: this.#tls && { ...this.#tls, host },
    });
    this.#clients.set(receiver, client);
    return client;
  }
}
