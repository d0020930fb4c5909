import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

import { Random } from '../random.ts';
import type { Link } from './link.ts';
import { Pipe } from './pipe.ts';
import { type Toxic, Toxics } from './toxic.ts';

/** Where a connection goes. */
export interface Target {
  readonly host: string;
  readonly port: number;
}

export interface LinkOptions {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** Asked for each connection; nobody is there when it tells none. */
  target(): Target | undefined;
}

interface Connection {
  readonly client: Socket;
  server?: Socket;
  pipes: { readonly up: Pipe; readonly down: Pipe } | undefined;
  isWaiting: boolean;
  /** While there is no way to the server. */
  goOn?: (() => void) | undefined;
}

/** A TCP proxy for one link. */
export class TcpLink implements Link {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  cuts = 0;
  private readonly options: LinkOptions;
  private readonly listener: Server;
  private readonly random: Random;
  private readonly connections = new Set<Connection>();
  private toxics: readonly Toxic[] = [];

  /** Listens on a free port of loopback. */
  static async open(options: LinkOptions): Promise<TcpLink> {
    const link = new TcpLink(options);
    link.listener.listen(0, '127.0.0.1', 4_096);
    await once(link.listener, 'listening');
    return link;
  }

  private constructor(options: LinkOptions) {
    const { name, from, to } = options;
    this.name = name;
    this.from = from;
    this.to = to;
    this.options = options;
    this.random = new Random(name);
    this.listener = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.accept(client));
  }

  get port(): number {
    return (this.listener.address() as AddressInfo).port;
  }

  get open(): number {
    return this.connections.size;
  }

  get waiting(): number {
    return [...this.connections].filter(({ isWaiting }) => isWaiting).length;
  }

  set(...toxics: Toxic[]): void {
    this.toxics = toxics;
    const [up, down] = this.both();
    for (const connection of this.connections) {
      connection.pipes?.up.set(up);
      connection.pipes?.down.set(down);
      if (!this.isBlackholed) connection.goOn?.();
    }
  }

  heal(): void {
    this.set();
  }

  reset(): void {
    for (const connection of this.connections) this.cut(connection);
  }

  async close(): Promise<void> {
    const closed = once(this.listener, 'close');
    this.listener.close();
    this.reset();
    await closed;
  }

  private get isBlackholed(): boolean {
    return this.toxics.some(({ kind }) => kind === 'blackhole');
  }

  private both(): [Toxics, Toxics] {
    return [new Toxics(this.toxics, 'up'), new Toxics(this.toxics, 'down')];
  }

  private accept(client: Socket): void {
    const connection: Connection = { client, pipes: undefined, isWaiting: false };
    this.connections.add(connection);
    client.on('close', () => this.closed(connection));
    if (this.isBlackholed) this.keepWaiting(connection);
    else this.connect(connection);
  }

  /** A handshake needs both directions: it waits until they are there, or until the client has given up. */
  private keepWaiting(connection: Connection): void {
    const { client } = connection;
    const sent: Buffer[] = [];
    const keep = (chunk: Buffer) => sent.push(chunk);
    const giveUp = () => client.destroy();
    client.on('data', keep).on('end', giveUp).on('error', giveUp);
    connection.goOn = () => {
      client.off('data', keep).off('end', giveUp).off('error', giveUp);
      connection.goOn = undefined;
      if (!client.destroyed) this.connect(connection);
      if (sent.length > 0) client.unshift(Buffer.concat(sent));
    };
  }

  private connect(connection: Connection): void {
    const { client } = connection;
    const target = this.options.target();
    if (target === undefined) return void client.on('error', () => undefined).resetAndDestroy();
    const server = connect({ ...target, allowHalfOpen: true, noDelay: true });
    connection.server = server;
    server.on('close', () => this.closed(connection));
    const cut = (why: 'toxic' | 'source') => {
      if (why === 'toxic') this.cuts += 1;
      this.cut(connection);
    };
    const heard = (isWaiting: boolean) => () => void (connection.isWaiting = isWaiting);
    const [up, down] = this.both();
    connection.pipes = {
      up: new Pipe({ source: client, target: server, cut, heard: heard(true) }, up, this.random),
      down: new Pipe({ source: server, target: client, cut, heard: heard(false) }, down, this.random),
    };
  }

  private cut({ client, server }: Connection): void {
    for (const socket of [client, server]) socket?.resetAndDestroy();
  }

  private closed(connection: Connection): void {
    const { client, server } = connection;
    if (client.destroyed && (server === undefined || server.destroyed)) this.connections.delete(connection);
  }
}
