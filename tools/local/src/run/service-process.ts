import { join } from 'node:path';

import type { ServiceDeclaration } from '@towpath/nx';

import type { ProcessSpec } from '../supervisor/managed-process.ts';
import { type Port, portOf } from './ports.ts';
import type { Secrets } from './secrets.ts';

export type Role = 'api' | 'worker' | 'all';

/** Where one process of a service listens, and how it reaches what it needs. */
export interface Surroundings {
  readonly role: Role;
  /** 0 where it answers no requests. */
  readonly httpPort: number;
  readonly managementPort: number;
  /** As the service itself connects; undefined when it keeps nothing in PostgreSQL. */
  readonly databaseUrl: string | undefined;
  readonly secrets: Secrets;
  /** How messages leave and arrive: {@link directMessages} or {@link kafkaMessages}. */
  readonly messages: NodeJS.ProcessEnv;
  /** The base URL of another service, or of the payment provider. */
  urlOf(owner: string): string;
}

/** A process of a service: which bundle, and over which environment. */
export interface ServiceRun {
  readonly root: string;
  readonly service: ServiceDeclaration;
  readonly around: Surroundings;
  /** The service's unless said. */
  readonly name?: string;
  readonly environment: Readonly<NodeJS.ProcessEnv>;
}

const host = '127.0.0.1';

/** How a service runs here. */
export function serviceProcess({ root, service, around, environment, ...more }: ServiceRun): ProcessSpec {
  const { name = service.name } = more;
  return {
    name,
    command: process.execPath,
    args: [...heapFlags, join(root, 'apps', service.name, 'dist/main.js')],
    cwd: root,
    // The run that migrates leaves the compiled code to those that serve.
    env: {
      NODE_COMPILE_CACHE: join(root, '.towpath/compile-cache'),
      ...looseLimits,
      ...environment,
      ...settingsOf(service, around),
    },
    ready: { url: `http://${host}:${around.managementPort}/ready` },
    stopWithinMs: 40_000,
  };
}

/** How its schema is brought up to date, as the role that owns it. */
export function migrationTask(run: ServiceRun, ownerUrl: string): ProcessSpec {
  const serving = serviceProcess(run);
  return {
    ...serving,
    name: `${run.service.name} (migrate)`,
    args: [...serving.args, 'migrate'],
    env: { ...serving.env, DATABASE_URL: ownerUrl },
    ready: 'when it ends',
  };
}

/** How the topics that it writes are made; a service that writes none has nothing to do. */
export function topicsTask(run: ServiceRun): ProcessSpec {
  const serving = serviceProcess(run);
  return {
    ...serving,
    name: `${run.service.name} (topics)`,
    args: [...serving.args, 'topics'],
    // Should it fail, its last words are to be about that.
    env: { ...serving.env, LOG_LEVEL: 'error' },
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

/** What a process of a service is given here, over what its environment says. */
export function settingsOf(service: ServiceDeclaration, around: Surroundings): NodeJS.ProcessEnv {
  const { secrets } = around;
  const { name, roles, calls, external } = service;
  return {
    NODE_ENV: 'development',
    ROLE: around.role,
    HOST: host,
    PORT: String(around.httpPort),
    MANAGEMENT_PORT: String(around.managementPort),
    ...(around.databaseUrl !== undefined && { DATABASE_URL: around.databaseUrl }),
    ...Object.fromEntries(calls.map(({ service: called }) => [`${screaming(called)}_URL`, around.urlOf(called)])),
    ...(roles.worker && around.messages),
    ...(external.includes('payment-provider') && {
      PAYMENT_PROVIDER_URL: around.urlOf('payment-sandbox'),
      PAYMENT_PROVIDER_KEY_FILE: secrets.providerKeyFile,
      PAYMENT_WEBHOOK_SECRET_FILE: secrets.webhookSecretFile,
    }),
    ...(name === 'user' && { SIGNING_KEYS_FILE: secrets.signingKeysFile, FIRST_ADMIN_FILE: secrets.firstAdminFile }),
  };
}

/** Messages that services send to each other. `peersFile`: where each takes them. */
export function directMessages(
  service: string,
  { port, peersFile, secrets }: { port: number; peersFile: string; secrets: Secrets },
): NodeJS.ProcessEnv {
  return {
    EVENT_TRANSPORT: 'direct',
    DIRECT_PORT: String(port),
    DIRECT_KEY_FILE: secrets.messageKeyFile(service),
    DIRECT_PEERS_FILE: peersFile,
  };
}

/** Messages that go through brokers. `settings`: what else there is to say of those. */
export function kafkaMessages(addresses: string, settings: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return { EVENT_TRANSPORT: 'kafka', KAFKA_BROKERS: addresses, ...settings };
}

function screaming(name: string): string {
  return name.replaceAll('-', '_').toUpperCase();
}
