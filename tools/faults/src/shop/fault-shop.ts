import type { Say } from '@towpath/local';

import type { Link } from '../proxy/link.ts';
import type { ProcessKind, ShopProcess } from './shop-process.ts';

export type TransportName = 'direct' | 'kafka';

/** What kind of shop a run wants. */
export interface FaultShopOptions {
  readonly transport: TransportName;
  /** Everything that the shop keeps lies in this folder. */
  readonly folder: string;
  /** Of each service and role; 2 unless said. */
  readonly replicas?: number;
  /** Whether order-processor's API and worker are processes of their own; they are unless said. */
  readonly split?: boolean;
  /** Kafka brokers; 1 unless said, none with `direct`. */
  readonly brokers?: 1 | 3;
  readonly redis?: boolean;
  /** `faults` has crash points and removable guards; `shipped` is what customers get. */
  readonly build?: 'faults' | 'shipped';
  /** Settings of every service, over the shop's own. */
  readonly settings?: Readonly<Record<string, string>>;
  /** By service or by process; over `settings`. */
  readonly settingsOf?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly partitions?: number;
}

/** The payment provider's stand-in, as its owner sees it. */
export interface Sandbox {
  readonly url: string;
  readonly key: string;
  /** One line for each thing that the provider did. */
  readonly logFile: string;
  readonly webhookSecretFile: string;
}

interface Parts {
  readonly gateway: string;
  readonly processes: readonly ShopProcess[];
  readonly links: readonly Link[];
  readonly databases: Readonly<Record<string, string>>;
  readonly sandbox: Sandbox;
  readonly adminCredentialsFile: string;
  readonly folder: string;
}

/** A whole shop whose every process can be hurt and whose every link can be cut. */
export class FaultShop {
  /** The public door: a balancer over the gateways. The link `client→gateway` leads to it. */
  readonly gateway: string;
  readonly processes: readonly ShopProcess[];
  readonly links: readonly Link[];
  /** The owners' URLs by service; they bypass the links. */
  readonly databases: Readonly<Record<string, string>>;
  readonly sandbox: Sandbox;
  readonly adminCredentialsFile: string;
  readonly folder: string;

  static async start(options: FaultShopOptions, say: Say): Promise<FaultShop> {
    say(`Starting a shop on ${options.transport}.`);
    throw new Error('The shop under fault is being built');
  }

  private constructor(parts: Parts) {
    this.gateway = parts.gateway;
    this.processes = parts.processes;
    this.links = parts.links;
    this.databases = parts.databases;
    this.sandbox = parts.sandbox;
    this.adminCredentialsFile = parts.adminCredentialsFile;
    this.folder = parts.folder;
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

  /** Those from any process of `from` to any of `to`, each the name of a process or of a service. */
  link(from: string, to: string): Link[] {
    const means = (asked: string, name: string) =>
      asked === name || this.ofService(asked).some((process) => process.name === name);
    return this.links.filter((link) => means(from, link.from) && means(to, link.to));
  }

  /** Ends everything at once: what a run leaves is its folder. */
  async stop(): Promise<void> {}
}
