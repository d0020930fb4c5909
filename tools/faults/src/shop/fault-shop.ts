import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { type Say } from '@towpath/local';

import type { Link } from '../proxy/link.ts';
import { RunningShop } from './running-shop.ts';
import type { FaultShopOptions } from './shop-options.ts';
import { planShop, sandboxFolder } from './shop-plan.ts';
import type { ProcessKind, ShopProcess } from './shop-process.ts';

export type { FaultShopOptions, TransportName } from './shop-options.ts';

/** The payment provider's stand-in, as its owner sees it. */
export interface Sandbox {
  readonly url: string;
  readonly key: string;
  /** One line for each thing that the provider did. */
  readonly logFile: string;
  readonly webhookSecretFile: string;
}

/** A whole shop whose every process can be hurt and whose every link can be cut. */
export class FaultShop {
  /** The public door: a balancer over the gateways, behind the link `client→gateway`. */
  readonly gateway: string;
  readonly processes: readonly ShopProcess[];
  /** Each named by who connects and to what: `payment-1→postgres-payment`, `catalog-2→payment-messages`. */
  readonly links: readonly Link[];
  /** The superuser's URL of each service's database; it bypasses the links. */
  readonly databases: Readonly<Record<string, string>>;
  readonly sandbox: Sandbox;
  /** As KAFKA_BROKERS, past the links; empty without brokers. */
  readonly brokers: string;
  /** Past the links. */
  readonly redis?: { readonly host: string; readonly port: number };
  readonly adminCredentialsFile: string;
  /** The private keys that access tokens are signed with. */
  readonly signingKeysFile: string;
  readonly folder: string;
  private readonly running: RunningShop;

  /** @throws UserError, with nothing left running, when it does not start */
  static async start(options: FaultShopOptions, say: Say): Promise<FaultShop> {
    const running = await RunningShop.open(await planShop(options), say);
    try {
      await running.start();
      return new FaultShop(running);
    } catch (error) {
      await running.end();
      throw error;
    }
  }

  private constructor(running: RunningShop) {
    const { plan, network, processes, brokers } = running;
    const { secrets, databases, options } = plan;
    this.running = running;
    this.gateway = network.gatewayOf();
    this.processes = processes;
    this.links = network.links;
    this.databases = Object.fromEntries(
      Object.keys(databases.urls).map((service) => [service, databases.superuserUrl(service)]),
    );
    this.sandbox = {
      url: `http://127.0.0.1:${plan.sandboxPort}`,
      key: readFileSync(secrets.providerKeyFile, 'utf8').trim(),
      logFile: join(sandboxFolder(plan), 'provider.jsonl'),
      webhookSecretFile: secrets.webhookSecretFile,
    };
    this.brokers = brokers;
    if (options.redis) this.redis = { host: '127.0.0.1', port: plan.redisPort };
    this.adminCredentialsFile = secrets.firstAdminFile;
    this.signingKeysFile = secrets.signingKeysFile;
    this.folder = options.folder;
  }

  /** @throws Error when there is none of that name */
  process(name: string): ShopProcess {
    const found = this.processes.find((process) => process.name === name);
    if (found === undefined) throw new Error(`The shop has no process called ${name}`);
    return found;
  }

  ofService(service: string): ShopProcess[] {
    return this.processes.filter((process) => process.kind === 'service' && process.service === service);
  }

  ofKind(kind: ProcessKind): ShopProcess[] {
    return this.processes.filter((process) => process.kind === kind);
  }

  /** Those from any process of `from` to `to`, each the name of a process or of a service. */
  link(from: string, to: string): Link[] {
    const means = (asked: string, name: string) =>
      asked === name || this.ofService(asked).some((process) => process.name === name);
    return this.links.filter((link) => means(from, link.from) && means(to, link.to));
  }

  /** Where one process of the service takes messages of the direct transport, past the links. */
  messagesOf(service: string): { readonly host: string; readonly port: number } {
    return this.running.messagesOf(service);
  }

  /** What a process was told when it was first started. */
  settingsFor(name: string): Readonly<Record<string, string>> {
    return this.running.settingsFor(name);
  }

  /** Ends everything at once, and deletes what the databases and brokers kept: the logs stay. */
  stop(): Promise<void> {
    return this.running.end();
  }
}
