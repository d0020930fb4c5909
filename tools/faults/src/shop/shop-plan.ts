import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { dataHome, keepsData, sandboxName, Secrets, serverNameOf, ServiceDatabases, steadyPorts } from '@towpath/local';
import { readServices, type ServiceDeclaration } from '@towpath/nx';

import { type Member, membersOf } from './members.ts';
import type { FaultShopOptions } from './shop-options.ts';

/** Where a process of a service listens; what it has no use for has a port all the same. */
export interface MemberPorts {
  readonly http: number;
  readonly management: number;
  readonly messages: number;
}

/** Where a broker listens; each member that carries messages has a listener of its own, in the members' order. */
export interface BrokerPorts {
  readonly clients: readonly number[];
  readonly internal: number;
  readonly controller: number;
}

/** All that is decided before anything is started. */
export interface ShopPlan {
  readonly root: string;
  readonly options: FaultShopOptions;
  readonly services: readonly ServiceDeclaration[];
  readonly members: readonly Member[];
  readonly portsOf: ReadonlyMap<Member, MemberPorts>;
  readonly sandboxPort: number;
  readonly redisPort: number;
  readonly brokers: readonly BrokerPorts[];
  readonly secrets: Secrets;
  readonly databases: ServiceDatabases;
  /** Where the database servers' and brokers' data lie. */
  readonly dataFolder: string;
}

const root = join(import.meta.dirname, '../../../..');

export async function planShop(options: FaultShopOptions): Promise<ShopPlan> {
  const { folder, transport, dataFolderOf = {} } = options;
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const services = readServices(root);
  const members = membersOf(services, options);
  const keepers = services.filter(keepsData).map(({ name }) => name);
  const carriers = members.filter(({ carriesMessages }) => carriesMessages).length;
  const brokers = transport === 'kafka' ? (options.brokers ?? 1) : 0;
  const ports = await steadyPorts(3 * members.length + keepers.length + 2 + brokers * (carriers + 2));
  const take = () => ports.pop() as number;
  const secrets = new Secrets(folder);
  const dataFolder = dataHome(folder);
  const homes = new Map(keepers.map((service) => [serverNameOf(service), dataFolderOf[service] ?? dataFolder]));
  const serverPorts = keepers.map((service) => ({
    owner: serverNameOf(service),
    use: 'http' as const,
    number: take(),
  }));
  return {
    root,
    options,
    services,
    members,
    portsOf: new Map(members.map((member) => [member, { http: take(), management: take(), messages: take() }])),
    sandboxPort: take(),
    redisPort: take(),
    brokers: Array.from({ length: brokers }, () => ({
      clients: Array.from({ length: carriers }, take),
      internal: take(),
      controller: take(),
    })),
    secrets,
    databases: new ServiceDatabases(services, serverPorts, secrets, (server) => homes.get(server) as string),
    dataFolder,
  };
}

/** Of every process that a log is kept of, and the ports a person may want: where the provider keeps its log. */
export function sandboxFolder({ options }: Pick<ShopPlan, 'options'>): string {
  const folder = join(options.folder, sandboxName);
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
  return folder;
}
