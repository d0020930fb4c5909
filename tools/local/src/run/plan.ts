import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { readServices, type ServiceDeclaration } from '@towpath/nx';

import { environment } from '../environment.ts';
import { dataHome } from '../postgres/installation.ts';
import { refuseFullDisk } from './disk.ts';
import type { RunOptions } from './options.ts';
import { choosePorts, type Port, portOf, refuseTakenPorts } from './ports.ts';
import { sandboxName } from './sandbox-process.ts';
import { type Peer, Secrets } from './secrets.ts';
import { keepsData, serverNames, ServiceDatabases } from './service-databases.ts';
import { directMessages, roleOf, type Surroundings, urlOf } from './service-process.ts';

/** All that is decided before anything is started. */
export interface Plan {
  readonly options: RunOptions;
  readonly services: readonly ServiceDeclaration[];
  readonly ports: readonly Port[];
  readonly secrets: Secrets;
  /** Where every service takes messages, and their public keys. */
  readonly peersFile: string;
  readonly databases: ServiceDatabases;
  readonly environment: Readonly<NodeJS.ProcessEnv>;
}

/**
 * Reads what there is to start, checks that it can be, and makes the secrets that are missing.
 * @throws UserError when it cannot
 */
export async function planRun(options: RunOptions): Promise<Plan> {
  const { root, state } = options;
  const services = readServices(root);
  const ports = await choosePorts(services, serverNames(services, options.postgres), options.portBase, environment);
  await refuseTakenPorts(ports);
  refuseFullDisk(state);
  // Without its passwords nothing can read a database.
  if (options.fresh || !Secrets.existIn(state)) forgetEverything(state);
  const secrets = new Secrets(state);
  const databases = new ServiceDatabases(services, ports, secrets, dataHome(state));
  return {
    options,
    services,
    ports,
    secrets,
    databases,
    peersFile: peersFile(services, ports, secrets),
    environment,
  };
}

/** The one process of a service here. */
export function surroundingsOf(plan: Plan, service: ServiceDeclaration): Surroundings {
  const { ports, secrets, databases, peersFile } = plan;
  const { name, roles } = service;
  return {
    role: roleOf(service),
    httpPort: roles.api ? portOf(ports, name) : 0,
    managementPort: portOf(ports, name, 'management'),
    databaseUrl: keepsData(service) ? databases.url(name, 'app') : undefined,
    secrets,
    messages: roles.worker ? directMessages(name, { port: portOf(ports, name, 'messages'), peersFile, secrets }) : {},
    urlOf: (owner) => urlOf(ports, owner),
  };
}

function forgetEverything(state: string): void {
  for (const folder of [dataHome(state), join(state, 'secrets'), join(state, sandboxName)]) {
    rmSync(folder, { recursive: true, force: true });
  }
}

function peersFile(services: readonly ServiceDeclaration[], ports: readonly Port[], secrets: Secrets): string {
  const takers = services.filter(({ roles }) => roles.worker);
  const peers = takers.map(({ name }): [string, Peer] => {
    const port = portOf(ports, name, 'messages');
    return [name, { host: '127.0.0.1', port, publicKey: secrets.messagePublicKey(name) }];
  });
  return secrets.peersFile(Object.fromEntries(peers));
}
