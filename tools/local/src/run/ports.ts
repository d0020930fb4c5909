import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

import type { ServiceDeclaration } from '@towpath/nx';

import { freePorts } from '../free-port.ts';
import { UserError } from '../user-error.ts';
import { defaultPortBase } from './options.ts';
import { holderOf } from './port-holder.ts';

/** A port of this run, who listens on it, and the variable that moves it. */
export interface Port {
  readonly owner: string;
  readonly use: 'http' | 'management' | 'messages';
  readonly number: number;
  readonly variable: string;
}

const sandboxPort = 3050;
/** Of the first server of a kind; the others follow. The kind is the first word of its name. */
const serverPorts: Readonly<Record<string, number>> = { postgres: 3060, kafka: 3070 };

/**
 * Where everything listens: as service.yaml declares it, moved along with the port base, unless its variable says otherwise.
 * @throws UserError for a variable that is no port
 */
export async function choosePorts(
  services: readonly ServiceDeclaration[],
  servers: readonly string[],
  portBase: number,
  env: Readonly<NodeJS.ProcessEnv>,
): Promise<Port[]> {
  const declared = [
    ...services.flatMap(declaredPorts),
    { owner: 'payment-sandbox', use: 'http' as const, number: sandboxPort },
    ...servers.map((owner) => ({ owner, use: 'http' as const, number: serverPort(owner, servers) })),
  ];
  const free = portBase === 0 ? await freePorts(declared.length) : undefined;
  return declared.map((port, index) => {
    const variable = variableOf(port);
    const number = free?.[index] ?? port.number - defaultPortBase + portBase;
    return { ...port, variable, number: env[variable] === undefined ? number : readPort(variable, env[variable]) };
  });
}

/** @throws UserError naming the port, who wanted it and who has it */
export async function refuseTakenPorts(ports: readonly Port[]): Promise<void> {
  const whose = ({ owner, use }: Port) => (use === 'http' ? owner : `${owner}, ${use}`);
  await Promise.all(ports.map((port) => refuseTakenPort(port.number, whose(port), `set ${port.variable}`)));
}

/** @throws UserError naming the port, who wanted it, who has it, and the way out */
export async function refuseTakenPort(port: number, whose: string, wayOut: string): Promise<void> {
  if (await isFree(port)) return;
  const holder = holderOf(port);
  const by = holder === undefined ? 'another process' : `process ${holder.pid} (${holder.name})`;
  throw new UserError(`Port ${port} (${whose}) is taken by ${by}. Stop it, or ${wayOut}.`);
}

/** The port of `owner` for `use`; every service has the one it asks for. */
export function portOf(
  ports: readonly Pick<Port, 'owner' | 'use' | 'number'>[],
  owner: string,
  use: Port['use'] = 'http',
): number {
  const port = ports.find((each) => each.owner === owner && each.use === use);
  if (port === undefined) throw new Error(`${owner} declares no port for ${use}`);
  return port.number;
}

function serverPort(owner: string, servers: readonly string[]): number {
  const [kind] = owner.split('-');
  return serverPorts[kind] + servers.filter((each) => each.startsWith(kind)).indexOf(owner);
}

function declaredPorts({ name, roles, management }: ServiceDeclaration): Omit<Port, 'variable'>[] {
  return [
    ...(roles.api ? [{ owner: name, use: 'http' as const, number: roles.api.port }] : []),
    { owner: name, use: 'management', number: management },
    ...(roles.worker ? [{ owner: name, use: 'messages' as const, number: roles.worker.port }] : []),
  ];
}

function variableOf({ owner, use }: Omit<Port, 'variable'>): string {
  const words = use === 'http' ? owner : `${owner}-${use}`;
  return `${words.replaceAll('-', '_').toUpperCase()}_PORT`;
}

function readPort(variable: string, value: string): number {
  const port = Number(value);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new UserError(`${variable} must be a port from 1 to 65535, not "${value}".`);
}

async function isFree(port: number): Promise<boolean> {
  const server: Server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return true;
  } catch {
    return false;
  }
}
