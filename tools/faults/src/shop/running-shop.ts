import {
  buildName,
  buildServices,
  describeBuildLine,
  installKafka,
  Logs,
  type ProcessSpec,
  type Say,
  Supervisor,
} from '@towpath/local';

import { discard } from './discard.ts';
import type { Member } from './members.ts';
import { ShopNetwork } from './shop-network.ts';
import type { MemberPorts, ShopPlan } from './shop-plan.ts';
import { brokers, copyBundles, memberProcess, migrations, redis, sandbox, topics } from './shop-processes.ts';
import { type ProcessFacts, SupervisedProcess } from './supervised-process.ts';
import { WorkInFlight } from './work-in-flight.ts';

/** Who dies is back soon: what is looked for is what happens then. */
const backoff = { firstMs: 50, mostMs: 1_000, trustedAfterMs: 2_000 };

/** What was built by this process need not be looked at again: nobody changes it between two runs. */
const built = new Map<string, Promise<void>>();

/** The processes and the network of a shop, as one thing to start and end. */
export class RunningShop {
  readonly plan: ShopPlan;
  readonly network: ShopNetwork;
  readonly processes: SupervisedProcess[] = [];
  /** As KAFKA_BROKERS, past the links. */
  brokers = '';
  private readonly say: Say;
  private readonly supervisor = new Supervisor(backoff);
  private readonly logs: Logs;
  private readonly work: WorkInFlight;
  private ended: Promise<void> | undefined;

  static async open(plan: ShopPlan, say: Say): Promise<RunningShop> {
    return new RunningShop(plan, await ShopNetwork.open(plan), say);
  }

  private constructor(plan: ShopPlan, network: ShopNetwork, say: Say) {
    this.plan = plan;
    this.network = network;
    this.say = say;
    this.logs = new Logs(plan.options.folder);
    this.work = new WorkInFlight(plan, network);
    this.supervisor.on('line', (name, line) => this.hear(name, line));
  }

  /** @throws UserError naming what did not start */
  async start(): Promise<void> {
    const { members, options } = this.plan;
    this.say(
      `Starting a shop on ${options.transport}: ${members.length} processes of ${this.plan.services.length} services.`,
    );
    await Promise.all([
      this.build(),
      this.startDatabases(),
      this.startSandbox(),
      this.startRedis(),
      this.startBrokers(),
    ]);
    copyBundles(this.plan);
    const { plan, network } = this;
    await this.supervisor.start(...migrations(plan, network));
    if (options.transport === 'kafka') await this.supervisor.start(...topics(plan, network));
    this.say('The databases and what else is needed are there; starting the services.');
    await this.startMembers();
    this.say('The shop is ready.');
  }

  settingsFor(name: string): Readonly<Record<string, string>> {
    const found = this.processes.find((process) => process.name === name);
    const settings = Object.entries(found?.spec.env ?? {});
    return Object.fromEntries(settings.filter((each): each is [string, string] => each[1] !== undefined));
  }

  messagesOf(service: string): { readonly host: string; readonly port: number } {
    const taker = this.plan.members.find((member) => member.service.name === service && member.carriesMessages);
    const ports = taker && this.plan.portsOf.get(taker);
    if (ports === undefined) throw new Error(`${service} takes no messages`);
    return { host: '127.0.0.1', port: ports.messages };
  }

  /** Kills what runs, and deletes what databases and brokers kept. Asking twice is asking once. */
  end(): Promise<void> {
    this.ended ??= this.endAll();
    return this.ended;
  }

  private async endAll(): Promise<void> {
    await this.work.close();
    await this.supervisor.kill();
    await this.network.close();
    this.logs.close();
    const { dataFolder, databases } = this.plan;
    discard([...databases.servers.map((server) => server.dataFolder), dataFolder]);
  }

  private async build(): Promise<void> {
    const { root, services, options } = this.plan;
    const target = options.build === 'shipped' ? 'build' : 'build-for-faults';
    const names = services.map(({ name }) => name);
    const build =
      built.get(target) ?? buildServices(this.supervisor, { root, services: names, target, state: options.folder });
    built.set(target, build);
    // Another run may have better luck.
    build.catch(() => built.delete(target));
    await build;
  }

  private async startDatabases(): Promise<void> {
    const { databases, services } = this.plan;
    await databases.start(this.supervisor);
    for (const server of databases.servers) {
      const service = services.find(({ name }) => server.name === `postgres-${name}`)?.name as string;
      const spec = { name: server.name } as ProcessSpec;
      this.add(spec, { kind: 'postgres', service, inFlight: () => this.work.ofServer(service) });
    }
  }

  private async startSandbox(): Promise<void> {
    const spec = sandbox(this.plan, this.network);
    await this.supervisor.start(spec);
    const url = `http://127.0.0.1:${this.plan.sandboxPort}`;
    this.add(spec, { kind: 'sandbox', url, inFlight: () => this.work.ofSandbox() });
  }

  private async startRedis(): Promise<void> {
    if (!this.plan.options.redis) return;
    const spec = redis(this.plan);
    await this.supervisor.start(spec);
    this.add(spec, { kind: 'redis', inFlight: () => this.work.ofRedis() });
  }

  private async startBrokers(): Promise<void> {
    if (this.plan.brokers.length === 0) return;
    const run = (task: ProcessSpec) => this.supervisor.start(task);
    const cluster = brokers(this.plan, this.network, await installKafka(this.say, run));
    await cluster.prepare(run);
    await this.supervisor.start(...cluster.brokers);
    this.brokers = cluster.backDoor;
    for (const spec of cluster.brokers) this.add(spec, { kind: 'kafka', inFlight: () => this.work.ofBrokers() });
  }

  private async startMembers(): Promise<void> {
    const { members, portsOf } = this.plan;
    const specs = members.map((member) => {
      const spec = memberProcess(this.plan, this.network, member);
      this.add(spec, this.factsOf(member, portsOf.get(member) as MemberPorts));
      return spec;
    });
    await this.supervisor.start(...specs);
    await this.network.untilReady();
  }

  private factsOf(member: Member, ports: MemberPorts): ProcessFacts {
    return {
      kind: 'service',
      service: member.service.name,
      role: member.role,
      management: `http://127.0.0.1:${ports.management}`,
      ...(member.answersRequests && { url: `http://127.0.0.1:${ports.http}` }),
      inFlight: () => this.work.ofMember(member),
      untilKnown: () => this.network.untilReady(member),
    };
  }

  private add(spec: ProcessSpec, facts: ProcessFacts): void {
    this.processes.push(new SupervisedProcess(this.supervisor, spec, facts));
  }

  private hear(name: string, line: string): void {
    this.logs.write(name, line);
    const news = name === buildName ? describeBuildLine(line) : undefined;
    if (news !== undefined) this.say(news);
  }
}
