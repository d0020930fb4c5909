import { cpSync, existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import {
  type BrokerListeners,
  KafkaCluster,
  keepsData,
  migrationTask,
  type ProcessSpec,
  sandboxProcess,
  serviceProcess,
  type ServiceRun,
  topicsTask,
} from '@towpath/local';

import { environment } from '../environment.ts';
import type { Member } from './members.ts';
import { redisName, type ShopNetwork } from './shop-network.ts';
import { sandboxFolder, type ShopPlan } from './shop-plan.ts';

/** Long enough for the balancers to notice. */
const drainDelayMs = 1_000;

/** What runs beside what is built: a copy, so that what is built meanwhile is not what is started again. */
export function copyBundles({ root, options, services }: ShopPlan): void {
  const build = options.build === 'shipped' ? 'dist' : 'dist/for-faults';
  const copy = checkoutOf(options.folder);
  for (const { name } of services) {
    const folder = join(root, 'apps', name);
    const to = join(copy, 'apps', name);
    const from = join(folder, build);
    // Neither the maps nor, beside what is shipped, the build for faults.
    const isNeeded = (source: string) => source === from || source.endsWith('.js');
    cpSync(from, join(to, 'dist'), { recursive: true, filter: isNeeded });
    const migrations = join(folder, 'migrations');
    if (existsSync(migrations)) cpSync(migrations, join(to, 'migrations'), { recursive: true });
  }
  // Native packages are not in a bundle.
  if (!existsSync(join(copy, 'node_modules'))) symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
}

/** How a process of a service runs; what the run was told goes over all else. */
export function memberProcess(plan: ShopPlan, network: ShopNetwork, member: Member): ProcessSpec {
  const { settings = {}, settingsOf = {} } = plan.options;
  const spec = serviceProcess(runOf(plan, network, member));
  const own = { ...settings, ...settingsOf[member.service.name], ...settingsOf[member.name] };
  return { ...spec, env: { ...spec.env, ...own } };
}

/** The schemas, and with brokers the topics: by one process of each service. */
export function migrations(plan: ShopPlan, network: ShopNetwork): ProcessSpec[] {
  const keepers = plan.services.filter(keepsData).map(({ name }) => firstOf(plan, name));
  return keepers.map((member) =>
    migrationTask(runOf(plan, network, member), plan.databases.url(member.service.name, 'owner')),
  );
}

export function topics(plan: ShopPlan, network: ShopNetwork): ProcessSpec[] {
  const writers = plan.services.filter(({ roles }) => roles.worker);
  const carriers = writers.map(({ name }) => firstOf(plan, name, ({ carriesMessages }) => carriesMessages));
  return carriers.map((member) => topicsTask(runOf(plan, network, member)));
}

export function sandbox(plan: ShopPlan, network: ShopNetwork): ProcessSpec {
  const { root, secrets, sandboxPort: port } = plan;
  return sandboxProcess({
    root,
    folder: sandboxFolder(plan),
    port,
    secrets,
    gateway: network.gatewayOf('payment-sandbox'),
  });
}

/** The program that Redis is. */
export const redisServer = environment['TOWPATH_REDIS_SERVER'] ?? 'redis-server';

/** Remembers nothing: it is never the truth. */
export function redis({ redisPort, options }: ShopPlan): ProcessSpec {
  return {
    name: redisName,
    command: redisServer,
    args: [
      '--port',
      String(redisPort),
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'no',
      '--dir',
      options.folder,
    ],
    env: { ...environment },
    ready: { line: 'Ready to accept connections' },
  };
}

/** The brokers, each with a listener for each process that uses it: what a client is told to connect to is its own link. */
export function brokers(plan: ShopPlan, network: ShopNetwork, installation: KafkaInstallation): KafkaCluster {
  const listeners = plan.brokers.map(({ clients, internal, controller }, index): BrokerListeners => {
    const advertised = network.advertisedPorts(`kafka-${index + 1}`);
    return {
      clients: clients.map((port, client) => ({ port, advertisedPort: advertised[client] })),
      internal,
      controller,
    };
  });
  return new KafkaCluster(installation, { folder: join(plan.dataFolder, 'kafka'), listeners });
}

type KafkaInstallation = ConstructorParameters<typeof KafkaCluster>[0];

function runOf(plan: ShopPlan, network: ShopNetwork, member: Member): ServiceRun {
  const { options } = plan;
  const redisUrl = network.redisUrlOf(member);
  return {
    root: checkoutOf(options.folder),
    service: member.service,
    name: member.name,
    around: network.surroundingsOf(member),
    environment: {
      DRAIN_DELAY_MS: String(drainDelayMs),
      // A machine that is full is late: that orders end by their deadline is for who looks at that.
      ORDER_DEADLINE_MS: '600000',
      // What one start compiled, the next one need not.
      NODE_COMPILE_CACHE: join(options.folder, 'compiled'),
      ...environment,
      ...(options.transport === 'kafka' && kafkaSettings(plan)),
      ...(redisUrl && { REDIS_URL: redisUrl }),
      ...options.settings,
    },
  };
}

function kafkaSettings({ options, brokers: { length } }: ShopPlan): NodeJS.ProcessEnv {
  return {
    KAFKA_PARTITIONS: String(options.partitions ?? 8),
    KAFKA_REPLICATION: String(length),
    KAFKA_MIN_IN_SYNC: String(Math.max(1, length - 1)),
    // A killed consumer's partitions go to another one after this long.
    KAFKA_SESSION_TIMEOUT_MS: '3000',
  };
}

function firstOf({ members }: ShopPlan, service: string, is: (member: Member) => boolean = () => true): Member {
  return members.find((member) => member.service.name === service && is(member)) as Member;
}

function checkoutOf(folder: string): string {
  return join(folder, 'checkout');
}
