import type { Role } from '@towpath/local';
import {
  directMessages,
  kafkaMessages,
  keepsData,
  type Peer,
  sandboxName,
  serverNameOf,
  type Surroundings,
} from '@towpath/local';

import { Balancer } from '../proxy/balancer.ts';
import { Probe } from '../proxy/probe.ts';
import { Replica } from '../proxy/replica.ts';
import { type Target, TcpLink } from '../proxy/tcp-link.ts';
import type { Member } from './members.ts';
import type { MemberPorts, ShopPlan } from './shop-plan.ts';

const host = '127.0.0.1';
/** Whoever buys something. */
const client = 'client';
export const redisName = 'redis';

/** A member where it is found, and whether it is ready. */
interface Seat {
  readonly member: Member;
  readonly ports: MemberPorts;
  readonly probe: Probe;
  readonly replica: Replica;
}

/** All that stands between the processes: a balancer before each service, a link from each process to each that it needs. */
export class ShopNetwork {
  readonly links: TcpLink[] = [];
  private readonly plan: ShopPlan;
  private readonly seats: readonly Seat[];
  private readonly balancers = new Map<string, Balancer>();
  private readonly ways = new Map<string, TcpLink>();
  private readonly turns = new Map<string, number>();

  static async open(plan: ShopPlan): Promise<ShopNetwork> {
    const network = new ShopNetwork(plan);
    await network.openBalancers();
    await Promise.all([
      network.connect(client, 'gateway', network.toService('gateway')),
      network.connect(sandboxName, 'gateway', network.toService('gateway')),
      ...plan.members.map((member) => network.connectMember(member)),
    ]);
    return network;
  }

  private constructor(plan: ShopPlan) {
    this.plan = plan;
    this.seats = plan.members.map((member) => {
      const ports = plan.portsOf.get(member) as MemberPorts;
      const probe = new Probe(`http://${host}:${ports.management}`);
      return { member, ports, probe, replica: new Replica(member.name, ports.http, probe) };
    });
  }

  /** Resolves once the balancers know these members to be ready, or all. */
  async untilReady(...members: readonly Member[]): Promise<void> {
    const seats = members.length === 0 ? this.seats : members.map((member) => this.seatOf(member));
    await Promise.all(seats.map(({ probe }) => probe.untilReady()));
  }

  /** The public door, as this one reaches it. */
  gatewayOf(from: string = client): string {
    return `http://${host}:${this.way(from, 'gateway').port}`;
  }

  /** Requests that the balancer gave to a member and that it has not answered. */
  requestsAt(name: string): number {
    return this.seats.find(({ member }) => member.name === name)?.replica.inFlight ?? 0;
  }

  surroundingsOf(member: Member): Surroundings {
    const { service, role, name, answersRequests } = member;
    const { secrets, databases } = this.plan;
    const { ports } = this.seatOf(member);
    const database = serverNameOf(service.name);
    return {
      role: role as Role,
      httpPort: answersRequests ? ports.http : 0,
      managementPort: ports.management,
      databaseUrl: keepsData(service) ? databases.url(service.name, 'app', this.way(name, database).port) : undefined,
      secrets,
      messages: this.messagesOf(member),
      urlOf: (owner) => `http://${host}:${this.way(name, owner).port}`,
    };
  }

  /** What Redis is called from there, if there is one. */
  redisUrlOf({ name }: Member): string | undefined {
    const way = this.ways.get(wayOf(name, redisName));
    return way && `redis://${host}:${way.port}`;
  }

  /** Where each broker's clients are told to find it: the links of the members that carry messages, in their order. */
  advertisedPorts(broker: string): number[] {
    return this.carriers.map(({ name }) => this.way(name, broker).port);
  }

  async close(): Promise<void> {
    for (const { probe, replica } of this.seats) {
      probe.stop();
      replica.close();
    }
    await Promise.all([...this.links, ...this.balancers.values()].map((open) => open.close()));
  }

  private get carriers(): Member[] {
    return this.plan.members.filter(({ carriesMessages }) => carriesMessages);
  }

  private async openBalancers(): Promise<void> {
    const answering = this.seats.filter(({ member }) => member.answersRequests);
    const byService = Map.groupBy(answering, ({ member }) => member.service.name);
    await Promise.all(
      [...byService].map(async ([service, seats]) => {
        this.balancers.set(service, await Balancer.open(seats.map(({ replica }) => replica)));
      }),
    );
  }

  private async connectMember(member: Member): Promise<void> {
    const { name, service, carriesMessages } = member;
    const { plan } = this;
    const { sandboxPort, redisPort, options } = plan;
    const at = (port: number) => () => ({ host, port });
    const database = plan.databases.servers.find((server) => server.name === serverNameOf(service.name));
    await Promise.all([
      ...(database ? [this.connect(name, database.name, at(database.port))] : []),
      ...service.calls.map((call) => this.connect(name, call.service, this.toService(call.service))),
      ...(service.external.includes('payment-provider') ? [this.connect(name, sandboxName, at(sandboxPort))] : []),
      ...(service.stores.includes('redis') && options.redis ? [this.connect(name, redisName, at(redisPort))] : []),
      ...(carriesMessages ? this.connectMessages(member) : []),
    ]);
  }

  private connectMessages(member: Member): Promise<void>[] {
    const { name } = member;
    const { brokers, options, services } = this.plan;
    if (options.transport === 'kafka') {
      const index = this.carriers.indexOf(member);
      return brokers.map(({ clients }, broker) =>
        this.connect(name, `kafka-${broker + 1}`, () => ({ host, port: clients[index] })),
      );
    }
    const takers = services.filter(({ roles }) => roles.worker);
    return takers.map((taker) => this.connect(name, taker.name, this.toTaker(taker.name), messagesTo(taker.name)));
  }

  /** `means`: what the link is called where there are two to the same. */
  private async connect(from: string, to: string, target: () => Target | undefined, means = to): Promise<void> {
    const link = await TcpLink.open({ name: `${from}→${means}`, from, to, target });
    this.links.push(link);
    this.ways.set(wayOf(from, means), link);
  }

  private messagesOf(member: Member): NodeJS.ProcessEnv {
    const { secrets, options, brokers, services } = this.plan;
    const { name, service, carriesMessages } = member;
    if (service.roles.worker === undefined) return {};
    if (!carriesMessages) return { EVENT_TRANSPORT: options.transport };
    if (options.transport === 'kafka') {
      const addresses = brokers.map((_, index) => `${host}:${this.way(name, `kafka-${index + 1}`).port}`);
      return kafkaMessages(addresses.join(','));
    }
    const peers = services
      .filter(({ roles }) => roles.worker)
      .map((taker): [string, Peer] => {
        const { port } = this.way(name, messagesTo(taker.name));
        return [taker.name, { host, port, publicKey: secrets.messagePublicKey(taker.name) }];
      });
    const peersFile = secrets.peersFile(Object.fromEntries(peers), name);
    return directMessages(service.name, { port: this.seatOf(member).ports.messages, peersFile, secrets });
  }

  private toService(service: string): () => Target | undefined {
    return () => {
      const port = this.balancers.get(service)?.port;
      return port === undefined ? undefined : { host, port };
    };
  }

  /** One of those that take messages and are ready, in turn. */
  private toTaker(service: string): () => Target | undefined {
    return () => {
      const seats = this.seats.filter(({ member }) => member.service.name === service && member.carriesMessages);
      const ready = seats.filter(({ probe }) => probe.isReady);
      const turn = this.turns.get(service) ?? 0;
      this.turns.set(service, turn + 1);
      const seat = ready[turn % Math.max(ready.length, 1)];
      return seat && { host, port: seat.ports.messages };
    };
  }

  private way(from: string, to: string): TcpLink {
    const link = this.ways.get(wayOf(from, to));
    if (link === undefined) throw new Error(`There is no link from ${from} to ${to}`);
    return link;
  }

  private seatOf(member: Member): Seat {
    return this.seats.find((seat) => seat.member === member) as Seat;
  }
}

function wayOf(from: string, to: string): string {
  return `${from}→${to}`;
}

function messagesTo(service: string): string {
  return `${service}-messages`;
}
