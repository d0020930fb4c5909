import { join } from 'node:path';

import type { ServiceDeclaration } from '@towpath/nx';

import { type DatabaseSpec, databaseUrl, ensureDatabases, type Role } from '../postgres/databases.ts';
import { findInstallation } from '../postgres/installation.ts';
import {
  durableSettings,
  prepareDataFolder,
  type ServerOptions,
  serverProcess,
  superuserUrl,
} from '../postgres/server.ts';
import type { Supervisor } from '../supervisor/supervisor.ts';
import type { RunOptions } from './options.ts';
import { type Port, portOf } from './ports.ts';
import type { Secrets } from './secrets.ts';

interface ServiceDatabase extends DatabaseSpec {
  readonly service: string;
  readonly server: ServerOptions;
}

/** The servers that a run needs: one for all databases, or one for each. */
export function serverNames(services: readonly ServiceDeclaration[], postgres: RunOptions['postgres']): string[] {
  return postgres === 'one' ? ['postgres'] : services.filter(keepsData).map(({ name }) => serverNameOf(name));
}

/** The databases of the services, and the servers that hold them. */
export class ServiceDatabases {
  readonly servers: readonly ServerOptions[];
  private readonly databases: readonly ServiceDatabase[];

  /** `homeOf`: the folder in which the data of a server lie, in one of its name. */
  constructor(
    services: readonly ServiceDeclaration[],
    ports: readonly Pick<Port, 'owner' | 'use' | 'number'>[],
    secrets: Secrets,
    homeOf: (server: string) => string,
  ) {
    const names = [...new Set(ports.map(({ owner }) => owner))].filter((owner) => owner.startsWith('postgres'));
    this.servers = names.map((name) => serverOptions(name, portOf(ports, name), secrets, homeOf(name)));
    this.databases = services.filter(keepsData).map(({ name: service }) => {
      const own = this.servers.find((server) => server.name === serverNameOf(service));
      return { service, server: own ?? this.servers[0], ...databaseSpec(service, secrets) };
    });
  }

  /** Starts the servers with a database for each service in them. */
  async start(supervisor: Supervisor): Promise<void> {
    const installation = findInstallation();
    await Promise.all(
      this.servers.map(async (server) => {
        await prepareDataFolder(installation, server, (task) => supervisor.start(task));
        await supervisor.start(serverProcess(installation, server));
        await ensureDatabases(
          superuserUrl(server),
          this.databases.filter((database) => database.server === server),
        );
      }),
    );
  }

  /** `port`: another way to its server. */
  url(service: string, as: 'owner' | 'app', port?: number): string {
    const database = this.databases.find((each) => each.service === service);
    if (database === undefined) throw new Error(`${service} keeps nothing in PostgreSQL`);
    return databaseUrl(port ?? database.server.port, database.name, database[as]);
  }

  /** Of the one who may do everything. */
  superuserUrl(service: string): string {
    const database = this.databases.find((each) => each.service === service);
    if (database === undefined) throw new Error(`${service} keeps nothing in PostgreSQL`);
    return superuserUrl(database.server, database.name);
  }

  /** As the services themselves connect. */
  get urls(): Record<string, string> {
    return Object.fromEntries(this.databases.map(({ service }) => [service, this.url(service, 'app')]));
  }
}

/** Whether the service has a database. */
export function keepsData({ stores }: ServiceDeclaration): boolean {
  return stores.includes('postgres');
}

/** What the server of a service is called, where each has one of its own. */
export function serverNameOf(service: string): string {
  return `postgres-${service}`;
}

function serverOptions(name: string, port: number, secrets: Secrets, home: string): ServerOptions {
  return {
    name,
    dataFolder: join(home, name),
    port,
    superuserPassword: secrets.databasePassword('postgres'),
    settings: durableSettings,
  };
}

function databaseSpec(service: string, secrets: Secrets): DatabaseSpec {
  const role = (name: string): Role => ({ name, password: secrets.databasePassword(name) });
  const name = service.replaceAll('-', '_');
  return { name: `${service.split('-')[0]}_db`, owner: role(`${name}_owner`), app: role(name) };
}
