import { rmSync } from 'node:fs';
import { join } from 'node:path';

import type { ServiceDeclaration } from '@towpath/nx';

import type { ProcessEnded } from '../supervisor/managed-process.ts';
import { Supervisor } from '../supervisor/supervisor.ts';
import { explain } from '../terminal/explain.ts';
import type { Say } from '../terminal/progress.ts';
import { buildName, buildServices, describeBuildLine } from './build.ts';
import { describeRun, writeForScripts } from './local-file.ts';
import { Logs } from './logs.ts';
import { localFile, type RunOptions } from './options.ts';
import { type Plan, planRun, surroundingsOf } from './plan.ts';
import { portOf } from './ports.ts';
import { RunLock } from './run-lock.ts';
import { sandboxName, sandboxProcess } from './sandbox-process.ts';
import { keepsData } from './service-databases.ts';
import { migrationTask, serviceProcess, type ServiceRun, settingsOf, topicsTask, urlOf } from './service-process.ts';
import { settingsFile } from './service-settings.ts';

/** Everything that `npm start` runs: PostgreSQL, the payment sandbox and the services, as one thing to start and stop. */
export class Shop {
  readonly plan: Plan;
  private readonly lock: RunLock;
  private readonly say: Say;
  private readonly supervisor = new Supervisor();
  private readonly logs: Logs;
  private readonly readyPids = new Map<string, number>();
  /** Since when scripts may rely on it; undefined before all is ready and from the first moment of stopping. */
  private startedAt: string | undefined;
  private stopped: Promise<void> | undefined;

  /** @throws UserError when another run has the state folder, or a port is taken, or the disk is full */
  static async plan(options: RunOptions, say: Say): Promise<Shop> {
    const lock = new RunLock(options.state);
    try {
      return new Shop(await planRun(options), lock, say);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  private constructor(plan: Plan, lock: RunLock, say: Say) {
    this.plan = plan;
    this.lock = lock;
    this.say = say;
    this.logs = new Logs(plan.options.state);
    this.supervisor.on('line', (name, line) => this.hear(name, line));
    this.supervisor.on('crash', (ended) => this.tellCrash(ended));
    this.supervisor.on('ready', (name, pid) => this.tellReady(name, pid));
  }

  /** @throws ProcessEnded naming the one that did not start */
  async start(): Promise<void> {
    const { services, databases, broker } = this.plan;
    this.say(`Building ${services.length} services, starting PostgreSQL.`);
    await Promise.all([
      this.build(),
      databases.start(this.supervisor),
      this.startSandbox(),
      broker?.start(this.supervisor, this.say),
    ]);
    this.say('Bringing the databases up to date.');
    await this.migrate();
    if (broker !== undefined) await this.makeTopics(broker.addresses);
    this.say('Starting the services.');
    await this.startServices();
    this.tellCommands();
    this.startedAt = new Date().toISOString();
    this.tellScripts(this.startedAt);
  }

  /** Lets every process finish what it is doing, the gateway first and PostgreSQL last. Asking twice is asking once. */
  stop(): Promise<void> {
    this.stopped ??= this.end(() => this.supervisor.stop());
    return this.stopped;
  }

  /** For somebody who will not wait. */
  kill(): Promise<void> {
    return this.end(() => this.supervisor.kill());
  }

  get gateway(): string {
    return urlOf(this.plan.ports, 'gateway');
  }

  private async end(processes: () => Promise<void>): Promise<void> {
    this.startedAt = undefined;
    for (const file of [localFile, settingsFile]) rmSync(file(this.plan.options), { force: true });
    await processes();
    this.logs.close();
    this.lock.release();
  }

  private build(): Promise<void> {
    const { services, options } = this.plan;
    const { root, state } = options;
    return buildServices(this.supervisor, { root, state, services: services.map(({ name }) => name) });
  }

  private startSandbox(): Promise<void> {
    const { ports, secrets, options } = this.plan;
    const folder = join(options.state, sandboxName);
    const port = portOf(ports, sandboxName);
    return this.supervisor.start(sandboxProcess({ root: options.root, folder, port, secrets, gateway: this.gateway }));
  }

  private migrate(): Promise<void> {
    const { services, databases } = this.plan;
    const owners = services.filter(keepsData);
    return this.supervisor.start(
      ...owners.map((service) => migrationTask(this.runOf(service), databases.url(service.name, 'owner'))),
    );
  }

  private makeTopics(addresses: string): Promise<void> {
    this.say(`Making the topics at ${addresses}.`);
    const speakers = this.plan.services.filter(({ roles }) => roles.worker);
    return this.supervisor.start(...speakers.map((service) => topicsTask(this.runOf(service))));
  }

  /** The gateway comes in a group of its own, so that it stops before those it forwards to. */
  private async startServices(): Promise<void> {
    const isDoor = ({ name }: ServiceDeclaration) => name === 'gateway';
    const { services } = this.plan;
    const groups = [services.filter((service) => !isDoor(service)), services.filter(isDoor)];
    await Promise.all(
      groups.map((group) => this.supervisor.start(...group.map((service) => serviceProcess(this.runOf(service))))),
    );
  }

  private runOf(service: ServiceDeclaration): ServiceRun {
    const { options, environment } = this.plan;
    return { root: options.root, service, around: surroundingsOf(this.plan, service), environment };
  }

  private hear(name: string, line: string): void {
    this.logs.write(name, line);
    const news = name === buildName ? describeBuildLine(line) : undefined;
    if (news !== undefined) this.say(news);
  }

  private tellCrash(ended: ProcessEnded): void {
    this.say(`${explain(ended)}\n${ended.processName} is being started again.`);
  }

  private tellReady(name: string, pid: number): void {
    this.say(`${name} is ready (process ${pid}).`);
    this.readyPids.set(name, pid);
    if (this.startedAt === undefined) return;
    try {
      this.tellScripts(this.startedAt);
    } catch (error) {
      this.say(`Scripts cannot be told so. ${explain(error)}`);
    }
  }

  private tellCommands(): void {
    const { services, options } = this.plan;
    const settings = services.map((service) => [service.name, settingsOf(service, surroundingsOf(this.plan, service))]);
    writeForScripts(settingsFile(options), Object.fromEntries(settings));
  }

  /** What is down just now keeps the number it had: a signal to 0 would reach the group of whoever sends it. */
  private tellScripts(startedAt: string): void {
    const pid = (name: string) => this.readyPids.get(name) ?? this.supervisor.pid(name);
    writeForScripts(localFile(this.plan.options), describeRun(this.plan, pid, startedAt));
  }
}
