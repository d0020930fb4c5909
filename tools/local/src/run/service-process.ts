import { join } from 'node:path';

import type { ServiceDeclaration } from '@towpath/nx';

import type { ProcessSpec } from '../supervisor/managed-process.ts';
import { type Port, portOf } from './ports.ts';
import type { Secrets } from './secrets.ts';
import type { ServiceDatabases } from './service-databases.ts';

/** What every service's settings are made from. */
export interface Surroundings {
  readonly root: string;
  readonly ports: readonly Port[];
  readonly secrets: Secrets;
  /** Where every service takes messages, and their public keys. */
  readonly peersFile: string;
  readonly databases: ServiceDatabases;
  readonly environment: Readonly<NodeJS.ProcessEnv>;
}

const host = '127.0.0.1';

/** How a service runs here. */
export function serviceProcess(around: Surroundings, service: ServiceDeclaration): ProcessSpec {
  const { root, ports } = around;
  return {
    name: service.name,
    command: process.execPath,
    args: [...heapFlags, join(root, 'apps', service.name, 'dist/main.js')],
    cwd: root,
    env: { ...looseLimits, ...around.environment, ...settingsOf(around, service) },
    ready: { url: `${urlOf(ports, service.name, 'management')}/ready` },
    stopWithinMs: 40_000,
  };
}

/** How its schema is brought up to date, as the role that owns it. */
export function migrationTask(around: Surroundings, service: ServiceDeclaration): ProcessSpec {
  const run = serviceProcess(around, service);
  return {
    ...run,
    name: `${service.name} (migrate)`,
    args: [...run.args, 'migrate'],
    env: { ...run.env, DATABASE_URL: around.databases.url(service.name, 'owner') },
    ready: 'when it ends',
  };
}

/** One process plays all the roles that a service has. */
export function roleOf({ roles }: ServiceDeclaration): 'all' | 'worker' {
  return roles.api ? 'all' : 'worker';
}

/** The base URL of a service's port. */
export function urlOf(ports: readonly Port[], owner: string, use: Port['use'] = 'http'): string {
  return `http://${host}:${portOf(ports, owner, use)}`;
}

/** Many small processes share this machine: collect sooner, grow later. */
const heapFlags = ['--max-semi-space-size=4', '--max-old-space-size=192'];

/** One machine does everything, customers and messages in bursts: rather wait here than turn somebody away. */
const looseLimits = {
  DATABASE_POOL_WAITING: '500',
  DATABASE_POOL_WAIT_MS: '2000',
  PLACES_AT_FIRST: '500',
  ANSWER_WITHIN_MS: '2500',
  MAX_EVENT_LOOP_DELAY_MS: '2000',
  // Everybody comes from one address, and many are one user.
  MAX_CONNECTIONS_PER_ADDRESS: '10000',
  IP_REQUESTS_PER_MINUTE: '1000000',
  USER_REQUESTS_PER_MINUTE: '1000000',
  CHECKOUTS_PER_MINUTE: '1000000',
  LOGINS_PER_MINUTE: '1000000',
  REFRESHES_PER_MINUTE: '1000000',
  LOGIN_FAILURES_PER_QUARTER_HOUR: '1000',
  ACCOUNT_FAILURES_PER_HOUR: '10000',
  REGISTRATIONS_PER_HOUR: '1000000',
  PROVIDER_EVENTS_PER_MINUTE: '1000000',
  DECLINES_MAX: '1000000',
  FOLLOWERS_MAX: '10000',
  FOLLOWERS_PER_USER_MAX: '10000',
};

/** What a service is given here, over what its environment says. */
export function settingsOf(around: Surroundings, service: ServiceDeclaration): NodeJS.ProcessEnv {
  const { ports, databases, secrets } = around;
  const { name, roles, stores, calls, external } = service;
  return {
    NODE_ENV: 'development',
    ROLE: roleOf(service),
    HOST: host,
    PORT: String(roles.api ? portOf(ports, name) : 0),
    MANAGEMENT_PORT: String(portOf(ports, name, 'management')),
    ...(stores.includes('postgres') && { DATABASE_URL: databases.url(name, 'app') }),
    ...Object.fromEntries(calls.map(({ service: called }) => [`${screaming(called)}_URL`, urlOf(ports, called)])),
    ...(roles.worker && messagingSettings(around, name)),
    ...(external.includes('payment-provider') && {
      PAYMENT_PROVIDER_URL: urlOf(ports, 'payment-sandbox'),
      PAYMENT_PROVIDER_KEY_FILE: secrets.providerKeyFile,
      PAYMENT_WEBHOOK_SECRET_FILE: secrets.webhookSecretFile,
    }),
    ...(name === 'user' && { SIGNING_KEYS_FILE: secrets.signingKeysFile, FIRST_ADMIN_FILE: secrets.firstAdminFile }),
  };
}

function messagingSettings({ ports, secrets, peersFile }: Surroundings, service: string): NodeJS.ProcessEnv {
  return {
    EVENT_TRANSPORT: 'direct',
    DIRECT_PORT: String(portOf(ports, service, 'messages')),
    DIRECT_KEY_FILE: secrets.messageKeyFile(service),
    DIRECT_PEERS_FILE: peersFile,
  };
}

function screaming(name: string): string {
  return name.replaceAll('-', '_').toUpperCase();
}
