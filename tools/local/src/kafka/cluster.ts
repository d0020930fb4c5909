import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { environment } from '../environment.ts';
import { steadyPorts } from '../free-port.ts';
import { ManagedProcess, type ProcessSpec } from '../supervisor/managed-process.ts';
import { UserError } from '../user-error.ts';
import { type BrokerListeners, brokerSettings, type ClientSecurity, toProperties } from './broker-settings.ts';
import { type KafkaInstallation, kafkaVersion, type RunTask } from './installation.ts';

/** What a cluster is. Its data stay in `folder`; its ports may be others each time. */
export interface ClusterOptions {
  readonly folder: string;
  /** Of each broker, one or three; `brokerListeners` finds ports for them. Three brokers keep three copies, and need two of themselves. */
  readonly listeners: readonly BrokerListeners[];
  readonly security?: ClientSecurity;
  /** Who may come, where the security asks for names. */
  readonly user?: { readonly name: string; readonly password: string };
}

const host = '127.0.0.1';
const runAlone: RunTask = (task) => new ManagedProcess(task).start();

/** Ports for brokers with one listener for clients each: free ones, to come back to, or from a base on, the clients' first. */
export async function brokerListeners(brokers: number, portBase = 0): Promise<BrokerListeners[]> {
  const counted = Array.from({ length: 3 * brokers }, (_, index) => portBase + index);
  const ports = portBase === 0 ? await steadyPorts(3 * brokers) : counted;
  return ports.slice(0, brokers).map((port, index) => ({
    clients: [{ port, advertisedPort: port }],
    internal: ports[brokers + index],
    controller: ports[2 * brokers + index],
  }));
}

/** One broker or three, each a process of its own that is broker and controller. */
export class KafkaCluster {
  readonly clusterId: string;
  /** How each broker is run: `kafka-1` … A supervisor's business from here on. */
  readonly brokers: readonly ProcessSpec[];
  private readonly installation: KafkaInstallation;
  private readonly options: ClusterOptions;

  /** @throws UserError when the folder holds a cluster of another kind */
  constructor(installation: KafkaInstallation, options: ClusterOptions) {
    this.installation = installation;
    this.options = options;
    this.clusterId = clusterIdOf(options);
    this.brokers = options.listeners.map((_, index) => this.broker(index + 1));
  }

  /** What KAFKA_BROKERS says to a client of each broker's listener of this index. */
  addresses(listener = 0): string {
    return this.options.listeners.map(({ clients }) => `${host}:${clients[listener].advertisedPort}`).join(',');
  }

  /** As `addresses`, but past every proxy, and nobody is asked who they are: for tests and tools of our own. */
  get backDoor(): string {
    return this.options.listeners.map(({ internal }) => `${host}:${internal}`).join(',');
  }

  /** Writes the settings, and prepares the storage unless that is done. */
  async prepare(run: RunTask = runAlone): Promise<void> {
    await Promise.all(this.options.listeners.map((_, index) => this.prepareBroker(index + 1, run)));
  }

  private async prepareBroker(id: number, run: RunTask): Promise<void> {
    const folder = this.folderOf(id);
    const data = join(folder, 'data');
    mkdirSync(folder, { recursive: true });
    if (!existsSync(data)) await this.format(id, data, run);
    this.writeSettings(folder, id, data);
  }

  /** Under another name until it is whole: killed half-way, it would look like storage and be none. */
  private async format(id: number, data: string, run: RunTask): Promise<void> {
    const draft = `${data}.draft`;
    rmSync(draft, { recursive: true, force: true });
    mkdirSync(draft, { mode: 0o700 });
    const folder = join(this.folderOf(id), 'format');
    mkdirSync(folder, { recursive: true });
    this.writeSettings(folder, id, draft);
    await run({
      ...this.java(id, 'kafka.tools.StorageTool', [
        'format',
        '-t',
        this.clusterId,
        '-c',
        propertiesFile(folder),
        ...this.users(),
      ]),
      name: `kafka-${id} (format)`,
      ready: 'when it ends',
    });
    rmSync(folder, { recursive: true });
    renameSync(draft, data);
  }

  private users(): string[] {
    const { user, security } = this.options;
    if (user === undefined || security?.sasl === undefined) return [];
    return ['--add-scram', `${security.sasl.toUpperCase()}=[name=${user.name},password=${user.password}]`];
  }

  private writeSettings(folder: string, id: number, data: string): void {
    const { listeners, security = {} } = this.options;
    const settings = brokerSettings({ id, brokers: listeners, folder: data, security });
    writeFileSync(propertiesFile(folder), toProperties(settings), { mode: 0o600 });
  }

  private broker(id: number): ProcessSpec {
    return {
      ...this.java(id, 'kafka.Kafka', [propertiesFile(this.folderOf(id))]),
      ready: { line: 'Kafka Server started' },
    };
  }

  private java(id: number, main: string, args: readonly string[]): Omit<ProcessSpec, 'ready'> {
    const { java, jars } = this.installation;
    return {
      name: `kafka-${id}`,
      command: java,
      args: [...javaFlags, '-cp', join(jars, '*'), main, ...args],
      cwd: this.folderOf(id),
      env: { PATH: environment['PATH'], LC_ALL: 'C', TZ: 'UTC' },
      readyWithinMs: 120_000,
      // The last of three waits for the others, who are gone; what is killed has lost nothing.
      stopWithinMs: this.options.listeners.length === 1 ? 10_000 : 2_000,
    };
  }

  private folderOf(id: number): string {
    return join(this.options.folder, `kafka-${id}`);
  }
}

function propertiesFile(folder: string): string {
  return join(folder, 'server.properties');
}

/** Small: a developer's machine runs it beside everything else. */
const javaFlags = [
  '-Xmx384m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-XX:+ExitOnOutOfMemoryError',
  '-Djava.awt.headless=true',
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
  '-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info',
  // It tells each attempt to reach a broker that is away.
  '-Dorg.slf4j.simpleLogger.log.org.apache.kafka.clients.NetworkClient=error',
  '-Dorg.slf4j.simpleLogger.showDateTime=true',
  '-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS',
];

interface ClusterFile {
  readonly clusterId: string;
  readonly brokers: number;
  readonly version: string;
}

/** Every broker of a cluster is formatted with the same id, so it is kept beside them. */
function clusterIdOf({ folder, listeners }: ClusterOptions): string {
  const brokers = listeners.length;
  const file = join(folder, 'cluster.json');
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    const made: ClusterFile = { clusterId: newClusterId(), brokers, version: kafkaVersion };
    writeFileSync(file, JSON.stringify(made));
    return made.clusterId;
  }
  const found = JSON.parse(readFileSync(file, 'utf8')) as ClusterFile;
  if (found.brokers === brokers && found.version === kafkaVersion) return found.clusterId;
  throw new UserError(
    `${folder} holds a Kafka ${found.version} of ${count(found.brokers)}, and this would be a Kafka ${kafkaVersion} of ${count(brokers)}: delete it, or use another folder.`,
  );
}

function count(brokers: number): string {
  return brokers === 1 ? 'one broker' : `${brokers} brokers`;
}

/** 16 bytes as Kafka writes them. An id that begins with a dash would be read as an option. */
function newClusterId(): string {
  const id = randomBytes(16).toString('base64url');
  return id.startsWith('-') ? newClusterId() : id;
}
