import { renameSync, rmSync, writeFileSync } from 'node:fs';

import type { ServiceDeclaration } from '@towpath/nx';

import type { MessageBroker } from './message-broker.ts';
import type { Plan } from './plan.ts';
import { sandboxName } from './sandbox-process.ts';
import type { ServiceDatabases } from './service-databases.ts';
import { roleOf, urlOf } from './service-process.ts';
import type { ServiceSettings } from './service-settings.ts';

/** What scripts find in `.towpath/local.json` while everything runs. */
export interface LocalRun {
  readonly gateway: string;
  readonly processes: readonly ProcessEntry[];
  readonly paymentSandbox: { readonly url: string; readonly pid: number };
  readonly postgres: PostgresEntry;
  readonly kafka: KafkaEntry | null;
  readonly adminCredentialsFile: string;
  readonly startedAt: string;
}

interface ProcessEntry {
  readonly service: string;
  readonly role: string;
  /** Null for a service that answers no requests. */
  readonly url: string | null;
  readonly management: string;
  readonly pid: number;
}

/** `pids` by server, only when there is one for each service; `pid` is then the first's. */
interface PostgresEntry {
  readonly pid: number;
  readonly pids?: Readonly<Record<string, number>>;
  readonly urls: Readonly<Record<string, string>>;
}

/** `pids` by broker, as far as they are processes of ours. */
interface KafkaEntry {
  readonly brokers: string;
  readonly pids: Readonly<Record<string, number>>;
}

type PidOf = (name: string) => number;

/** The file's content for a run whose processes have these ids. */
export function describeRun(plan: Plan, pidOf: PidOf, startedAt: string): LocalRun {
  const { services, ports, databases, secrets, broker } = plan;
  return {
    gateway: urlOf(ports, 'gateway'),
    processes: services.map((service) => describeProcess(plan, service, pidOf)),
    paymentSandbox: { url: urlOf(ports, sandboxName), pid: pidOf(sandboxName) },
    postgres: { ...postgresPids(databases, pidOf), urls: databases.urls },
    kafka: broker === undefined ? null : describeBroker(broker, pidOf),
    adminCredentialsFile: secrets.firstAdminFile,
    startedAt,
  };
}

function describeProcess({ ports }: Plan, service: ServiceDeclaration, pidOf: PidOf): ProcessEntry {
  const { name, roles } = service;
  return {
    service: name,
    role: roleOf(service),
    url: roles.api ? urlOf(ports, name) : null,
    management: urlOf(ports, name, 'management'),
    pid: pidOf(name),
  };
}

function postgresPids({ servers }: ServiceDatabases, pidOf: PidOf): Omit<PostgresEntry, 'urls'> {
  const pids = Object.fromEntries(servers.map(({ name }) => [name, pidOf(name)]));
  return { pid: pidOf(servers[0].name), ...(servers.length > 1 && { pids }) };
}

function describeBroker({ addresses, processes }: MessageBroker, pidOf: PidOf): KafkaEntry {
  return { brokers: addresses, pids: Object.fromEntries(processes.map((name) => [name, pidOf(name)])) };
}

/** Replaced as a whole, so that no reader sees half of it; for this user only, since it holds the databases' passwords. */
export function writeForScripts(file: string, content: LocalRun | ServiceSettings): void {
  const draft = `${file}.draft`;
  try {
    writeFileSync(draft, `${JSON.stringify(content, undefined, 2)}\n`, { mode: 0o600 });
    renameSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
}
