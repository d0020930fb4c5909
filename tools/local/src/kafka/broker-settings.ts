/** Where a broker listens for clients, and where those who ask there are told to find it: a proxy before it, or itself. */
export interface ClientListener {
  readonly port: number;
  readonly advertisedPort: number;
}

/** Where one broker listens: for clients, for the other brokers and our own tools, and for the controllers' quorum. */
export interface BrokerListeners {
  readonly clients: readonly ClientListener[];
  readonly internal: number;
  readonly controller: number;
}

export const scramMechanisms = ['scram-sha-256', 'scram-sha-512'] as const;
export type ScramMechanism = (typeof scramMechanisms)[number];

/** How clients have to come. Brokers among themselves, on loopback, need neither. */
export interface ClientSecurity {
  /** Requires user name and password. */
  readonly sasl?: ScramMechanism | undefined;
  readonly tls?: TlsFiles | undefined;
}

/** Files in PEM: the broker's key with its certificate, and the certificate of the authority. */
export interface TlsFiles {
  readonly keyStoreFile: string;
  readonly caFile: string;
  /** Whether a client has to show a certificate of the same authority. */
  readonly mutual: boolean;
}

export interface BrokerParts {
  /** From 1. */
  readonly id: number;
  readonly brokers: readonly BrokerListeners[];
  readonly folder: string;
  readonly security: ClientSecurity;
}

const host = '127.0.0.1';

/** `server.properties` of a broker that is controller as well. */
export function brokerSettings({ id, brokers, folder, security }: BrokerParts): Record<string, string> {
  return {
    'process.roles': 'broker,controller',
    'node.id': String(id),
    'controller.quorum.voters': brokers.map((each, index) => `${index + 1}@${host}:${each.controller}`).join(','),
    'log.dirs': folder,
    ...listenerSettings(brokers[id - 1], security),
    ...promises(brokers.length),
    ...habits,
  };
}

function listenerSettings(broker: BrokerListeners, security: ClientSecurity): Record<string, string> {
  const { internal, controller } = broker;
  const clients = broker.clients.map((listener, index) => ({ ...listener, name: `CLIENT_${index + 1}` }));
  const at = (name: string, port: number) => `${name}://${host}:${port}`;
  const listeners = clients.map(({ name, port }) => at(name, port));
  const advertised = clients.map(({ name, advertisedPort }) => at(name, advertisedPort));
  const protocols = clients.map(({ name }) => `${name}:${protocolOf(security)}`);
  return {
    listeners: [...listeners, at('INTERNAL', internal), at('CONTROLLER', controller)].join(','),
    'advertised.listeners': [...advertised, at('INTERNAL', internal)].join(','),
    'listener.security.protocol.map': [...protocols, 'INTERNAL:PLAINTEXT', 'CONTROLLER:PLAINTEXT'].join(','),
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'INTERNAL',
    // For each listener.
    'num.network.threads': clients.length > 1 ? '1' : '2',
    ...Object.assign({}, ...clients.map(({ name }) => securitySettings(name.toLowerCase(), security))),
  };
}

/** What a broker keeps of an acknowledged message: a copy on each broker, and on all but one before it says so. */
function promises(brokers: number): Record<string, string> {
  const [copies, inSync] = [String(brokers), String(Math.max(1, brokers - 1))];
  return {
    'default.replication.factor': copies,
    'min.insync.replicas': inSync,
    'offsets.topic.replication.factor': copies,
    'transaction.state.log.replication.factor': copies,
    'transaction.state.log.min.isr': inSync,
    'share.coordinator.state.topic.replication.factor': copies,
    'share.coordinator.state.topic.min.isr': inSync,
    'unclean.leader.election.enable': 'false',
  };
}

const habits = {
  // Topics are made by the services' own command, or not at all.
  'auto.create.topics.enable': 'false',
  'num.partitions': '8',
  'offsets.topic.num.partitions': '8',
  // Consumers get their partitions when they come, and the fault tests call one dead after 3 s or less.
  'group.initial.rebalance.delay.ms': '0',
  'group.min.session.timeout.ms': '1000',
  // A broker that was killed leads nothing any more after this long.
  'broker.session.timeout.ms': '3000',
  'broker.heartbeat.interval.ms': '500',
  // One machine, few clients.
  'num.io.threads': '4',
  'log.cleaner.dedupe.buffer.size': String(16 * 1024 * 1024),
};

function protocolOf({ sasl, tls }: ClientSecurity): string {
  if (sasl === undefined) return tls === undefined ? 'PLAINTEXT' : 'SSL';
  return tls === undefined ? 'SASL_PLAINTEXT' : 'SASL_SSL';
}

function securitySettings(listener: string, { sasl, tls }: ClientSecurity): Record<string, string> {
  const prefix = `listener.name.${listener}`;
  const login = 'org.apache.kafka.common.security.scram.ScramLoginModule required;';
  return {
    ...(sasl && {
      'sasl.enabled.mechanisms': sasl.toUpperCase(),
      [`${prefix}.${sasl}.sasl.jaas.config`]: login,
    }),
    ...(tls && {
      [`${prefix}.ssl.keystore.type`]: 'PEM',
      [`${prefix}.ssl.keystore.location`]: tls.keyStoreFile,
      [`${prefix}.ssl.truststore.type`]: 'PEM',
      [`${prefix}.ssl.truststore.location`]: tls.caFile,
      [`${prefix}.ssl.client.auth`]: tls.mutual ? 'required' : 'none',
    }),
  };
}

/** In the format of Java's properties. */
export function toProperties(settings: Readonly<Record<string, string>>): string {
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value.replaceAll('\\', '\\\\')}`);
  return `${lines.join('\n')}\n`;
}
