import type { ServiceIdentity } from '@towpath/config';
import { isRemoved } from '@towpath/failpoints';

import { DirectClients, MessageTooLarge } from './direct.clients.ts';
import type { DirectConfig } from './direct.config.ts';
import { DirectPeers } from './direct.peers.ts';
import { DirectServer } from './direct.server.ts';
import { DirectTokens } from './direct.tokens.ts';
import type { OutboxRow } from './envelope.ts';
import { sending } from './sending.ts';
import type { TransportParts } from './transport.provider.ts';
import { type Outcome, type Receive, Transport } from './transport.ts';
import { WithoutAckedSend } from './without-acked-send.ts';

/** Services push messages to each other over TCP; the answer that counts comes after the receiver's commit. */
export class DirectTransport extends Transport {
  constructor(
    private readonly clients: DirectClients,
    private readonly server: DirectServer,
    private readonly identity: ServiceIdentity,
  ) {
    super();
  }

  /** @throws SettingsError when a file does not hold what it should, or a subscriber is not among the peers */
  static of(config: DirectConfig, { identity, relay, subscriptions }: TransportParts): DirectTransport {
    const peers = new DirectPeers(config, identity);
    const tokens = new DirectTokens(peers);
    const Clients = TOWPATH_TEST_BUILD && isRemoved('acknowledged-send') ? WithoutAckedSend : DirectClients;
    const clients = new Clients(config, peers, tokens, relay);
    return new DirectTransport(clients, new DirectServer(config, tokens, subscriptions), identity);
  }

  override async publish(subscriber: string, rows: readonly OutboxRow[]): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    for (const row of rows) {
      const outcome = await this.send(subscriber, row);
      outcomes.push(outcome);
      if (!outcome.accepted && !outcome.permanent) break;
    }
    return outcomes;
  }

  override subscribe(receive: Receive): Promise<void> {
    return this.server.listen(receive);
  }

  override unsubscribe(): Promise<void> {
    return this.server.close();
  }

  override stopWaiting(): void {}

  override async close(): Promise<void> {
    this.clients.close();
  }

  private send(subscriber: string, row: OutboxRow): Promise<Outcome> {
    return sending(row, this.identity.name, async (envelope) => {
      try {
        await this.clients.send(subscriber, envelope);
        return { accepted: true };
      } catch (error) {
        return { accepted: false, error: String(error), permanent: error instanceof MessageTooLarge };
      }
    });
  }
}
