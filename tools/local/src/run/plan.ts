import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { readServices, type ServiceDeclaration } from '@towpath/nx';

import { environment } from '../environment.ts';
import { whyNoCompose } from '../kafka/compose.ts';
import { findBroker } from '../kafka/find-broker.ts';
import { whyNoKafka } from '../kafka/installation.ts';
import { dataHome } from '../postgres/installation.ts';
import { refuseFullDisk } from './disk.ts';
import { brokerPortOwners, kafkaName, type MessageBroker, messageBroker } from './message-broker.ts';
import type { RunOptions } from './options.ts';
import { choosePorts, type Port, portOf, refuseTakenPorts } from './ports.ts';
import { sandboxName } from './sandbox-process.ts';
import { type Peer, Secrets } from './secrets.ts';
import { keepsData, serverNames, ServiceDatabases } from './service-databases.ts';
import { directMessages, kafkaMessages, roleOf, type Surroundings, urlOf } from './service-process.ts';

/** All that is decided before anything is started. */
export interface Plan {
  readonly options: RunOptions;
  readonly services: readonly ServiceDeclaration[];
  readonly ports: readonly Port[];
  readonly secrets: Secrets;
  /** Where every service takes messages, and their public keys. */
  readonly peersFile: string;
  readonly databases: ServiceDatabases;
  /** None when services send each other their messages. */
  readonly broker: MessageBroker | undefined;
  readonly environment: Readonly<NodeJS.ProcessEnv>;
}

/**
 * Reads what there is to start, checks that it can be, and makes the secrets that are missing.
 * @throws UserError when it cannot
 */
export async function planRun(options: RunOptions): Promise<Plan> {
  const { root, state } = options;
  const services = readServices(root);
  const source = options.kafka ? findBroker(waysToKafka) : undefined;
  const servers = [...serverNames(services, options.postgres), ...brokerPortOwners(source)];
  const ports = await choosePorts(services, servers, options.portBase, environment);
  await refuseTakenPorts(ports);
  refuseFullDisk(state);
  // Without its passwords nothing can read a database.
  const fresh = options.fresh || !Secrets.existIn(state);
  if (fresh) forgetEverything(state);
  const secrets = new Secrets(state);
  const databases = new ServiceDatabases(services, ports, secrets, () => dataHome(state));
  return {
    options,
    services,
    ports,
    secrets,
    databases,
    peersFile: peersFile(services, ports, secrets),
    broker: source && messageBroker(source, { options, ports, fresh }),
    environment,
  };
}

const waysToKafka = { given: environment['KAFKA_BROKERS'], whyNoCompose, whyNoJava: whyNoKafka };

/** The one process of a service here. */
export function surroundingsOf(plan: Plan, service: ServiceDeclaration): Surroundings {
  const { ports, secrets, databases } = plan;
  const { name, roles } = service;
  return {
    role: roleOf(service),
    httpPort: roles.api ? portOf(ports, name) : 0,
    managementPort: portOf(ports, name, 'management'),
    databaseUrl: keepsData(service) ? databases.url(name, 'app') : undefined,
    secrets,
    messages: roles.worker ? messagesOf(plan, name) : {},
    urlOf: (owner) => urlOf(ports, owner),
  };
}

function messagesOf({ broker, ports, peersFile, secrets }: Plan, service: string): NodeJS.ProcessEnv {
  if (broker !== undefined) return kafkaMessages(broker.addresses, broker.settings);
  return directMessages(service, { port: portOf(ports, service, 'messages'), peersFile, secrets });
}

function forgetEverything(state: string): void {
  for (const folder of [dataHome(state), join(state, 'secrets'), join(state, sandboxName), join(state, kafkaName)]) {
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
