import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { Logs } from '../run/logs.ts';
import { refuseTakenPort } from '../run/ports.ts';
import { RunLock } from '../run/run-lock.ts';
import { Supervisor } from '../supervisor/supervisor.ts';
import type { BrokerListeners } from './broker-settings.ts';
import { type Certificates, makeCertificates } from './certificates.ts';
import { brokerListeners, KafkaCluster } from './cluster.ts';
import { installKafka, type KafkaInstallation } from './installation.ts';
import type { KafkaOptions } from './kafka-options.ts';

/** What somebody has to know who wants to use the brokers. */
export interface KafkaFacts {
  readonly ready: true;
  /** As KAFKA_BROKERS has it. */
  readonly brokers: string;
  readonly clusterId: string;
  readonly pids: Readonly<Record<string, number>>;
  /** The same brokers without names, passwords and TLS. */
  readonly backDoor: string;
  readonly sasl?: { readonly mechanism: string; readonly username: string; readonly passwordFile: string };
  readonly tls?: Certificates['client'];
}

const username = 'towpath';

/** Brokers of their own, with their data in a folder that one run at a time may have. */
export class KafkaRun {
  private readonly options: KafkaOptions;
  private readonly say: (sentence: string) => void;
  private readonly lock: RunLock;
  private readonly logs: Logs;
  private readonly supervisor = new Supervisor();
  private readonly changed: (broker: string, pid: number) => void;

  /** @throws UserError when another run has the folder */
  constructor(options: KafkaOptions, say: (sentence: string) => void, changed: (broker: string, pid: number) => void) {
    this.options = options;
    this.say = say;
    this.changed = changed;
    this.lock = new RunLock(options.state, 'kafka.ts');
    this.logs = new Logs(options.state);
    this.supervisor.on('line', (name, line) => this.logs.write(name, line));
  }

  /** @throws UserError when a port is taken or Kafka cannot be got; ProcessEnded when a broker does not start */
  async start(): Promise<KafkaFacts> {
    const { brokers, portBase } = this.options;
    const listeners = await brokerListeners(brokers, portBase);
    await refusePorts(listeners);
    const installation = await installKafka(this.say, (task) => this.supervisor.start(task));
    const certificates = this.certificates();
    const cluster = this.cluster(installation, listeners, certificates);
    await cluster.prepare((task) => this.supervisor.start(task));
    this.say(brokers === 1 ? 'Starting a Kafka broker.' : `Starting ${brokers} Kafka brokers.`);
    await this.supervisor.start(...cluster.brokers);
    this.supervisor.on('ready', this.changed);
    this.supervisor.on('crash', ({ processName }) => this.changed(processName, 0));
    return this.facts(cluster, certificates);
  }

  /** Does what a line says: `down kafka-1` kills a broker and keeps it down, `up kafka-1` brings it back. */
  async obey(line: string): Promise<void> {
    const [, what, broker] = /^(up|down) (kafka-\d)$/.exec(line) ?? [];
    if (what === undefined) throw new Error(`Nobody knows how to "${line}"`);
    await this.supervisor[what as 'up' | 'down'](broker);
    if (what === 'down') this.changed(broker, 0);
  }

  stop(): Promise<void> {
    return this.end(() => this.supervisor.stop());
  }

  /** For somebody who will not wait. */
  kill(): Promise<void> {
    return this.end(() => this.supervisor.kill());
  }

  private async end(processes: () => Promise<void>): Promise<void> {
    await processes();
    this.logs.close();
    this.lock.release();
  }

  private certificates(): Certificates | undefined {
    const { tls, state } = this.options;
    return tls && makeCertificates(join(state, 'tls'), tls === 'mutual');
  }

  private cluster(
    installation: KafkaInstallation,
    listeners: readonly BrokerListeners[],
    certificates: Certificates | undefined,
  ): KafkaCluster {
    const { state: folder, sasl } = this.options;
    return new KafkaCluster(installation, {
      folder,
      listeners,
      security: { sasl, tls: certificates?.broker },
      ...(sasl && { user: { name: username, password: readFileSync(this.passwordFile(), 'utf8').trim() } }),
    });
  }
  /** Made once: the storage knows the user from then on. */
  private passwordFile(): string {
    const file = join(this.options.state, 'sasl-password');
    if (!existsSync(file)) writeFileSync(file, randomBytes(18).toString('base64url'), { mode: 0o600 });
    return file;
  }

  private facts(cluster: KafkaCluster, certificates: Certificates | undefined): KafkaFacts {
    const { sasl } = this.options;
    return {
      ready: true,
      brokers: cluster.addresses(),
      clusterId: cluster.clusterId,
      pids: Object.fromEntries(cluster.brokers.map(({ name }) => [name, this.supervisor.pid(name)])),
      backDoor: cluster.backDoor,
      ...(sasl && { sasl: { mechanism: sasl, username, passwordFile: this.passwordFile() } }),
      ...(certificates && { tls: certificates.client }),
    };
  }
}

async function refusePorts(listeners: readonly BrokerListeners[]): Promise<void> {
  for (const [index, { clients, internal, controller }] of listeners.entries()) {
    for (const port of [...clients.map((client) => client.port), internal, controller]) {
      await refuseTakenPort(port, `kafka-${index + 1}`, 'give another --port-base');
    }
  }
}
