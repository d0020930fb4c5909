import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';

import { type Environment, setting, Settings, SettingsError } from '@towpath/config';

import { carries } from './messaging.config.ts';

/** Where the brokers are, how they know us, and how topics are made. */
export class KafkaConfig extends Settings({
  kafkaBrokers: setting.text({ meaning: 'host:port of brokers to begin with, with commas between' }),
  kafkaClusterId: setting.text({ optional: true, meaning: 'the cluster to talk to; another one is refused' }),
  kafkaTlsCaFile: setting.file({
    optional: true,
    meaning: 'PEM of the authority that signed the certificates of the brokers; turns TLS on',
  }),
  kafkaTlsCertFile: setting.file({ optional: true, meaning: 'our own certificate, where brokers ask for one' }),
  kafkaTlsKeyFile: setting.file({ optional: true, meaning: 'its private key' }),
  kafkaSaslMechanism: setting.oneOf(['scram-sha-256', 'scram-sha-512'], {
    optional: true,
    meaning: 'how to prove who we are',
  }),
  kafkaSaslUsername: setting.text({ optional: true, meaning: 'who we are' }),
  kafkaSaslPassword: setting.text({ optional: true, secret: true, meaning: 'how to prove it' }),
  kafkaPartitions: setting.integer({ min: 1, max: 1_000, default: 8, meaning: 'partitions of each topic' }),
  kafkaReplication: setting.integer({ min: 1, max: 15, default: 3, meaning: 'brokers that keep each message' }),
  kafkaMinInSync: setting.integer({
    min: 1,
    max: 15,
    default: 2,
    meaning: 'brokers that must have a message before it counts as sent',
  }),
  kafkaRetentionMs: setting.durationMs({
    min: 60_000,
    max: 315_360_000_000,
    default: 604_800_000,
    meaning: 'how long brokers keep messages (7 days)',
  }),
  kafkaSessionTimeoutMs: setting.durationMs({
    min: 1_000,
    max: 300_000,
    default: 15_000,
    meaning: 'a consumer that is silent for so long loses its partitions; brokers have bounds for it',
  }),
  kafkaPartitionsAtOnce: setting.integer({
    min: 1,
    max: 8,
    default: 8,
    meaning: 'partitions whose messages are handled at the same time',
  }),
}) {
  static readonly isNeeded = (environment: Environment): boolean => carries('kafka', environment);
}

const address = /^(\[[0-9a-f:.]+\]|[^\s:,/]+):(\d{1,5})$/i;

/** @throws SettingsError when it is no list of addresses */
export function brokersOf({ kafkaBrokers }: KafkaConfig): string[] {
  const brokers = kafkaBrokers.split(',').map((each) => each.trim());
  const wrong = brokers.find((each) => !address.test(each) || Number(address.exec(each)?.[2]) > 65_535);
  if (wrong !== undefined)
    throw new SettingsError([
      `KAFKA_BROKERS holds ${JSON.stringify(wrong.slice(0, 60))}: it must be host:port, with commas between.`,
    ]);
  return brokers;
}

/** Read again for each connection: certificates are replaced while we run. @throws SettingsError when files are missing */
export function tlsOf(config: KafkaConfig): ConnectionOptions | undefined {
  const { kafkaTlsCaFile: ca, kafkaTlsCertFile: cert, kafkaTlsKeyFile: key } = config;
  if (Boolean(cert) !== Boolean(key) || (cert && !ca))
    throw new SettingsError([
      'KAFKA_TLS_CERT_FILE and KAFKA_TLS_KEY_FILE go together, and with KAFKA_TLS_CA_FILE: set all three, or the last alone.',
    ]);
  if (!ca) return undefined;
  return { ca: readFileSync(ca), ...(cert && key && { cert: readFileSync(cert), key: readFileSync(key) }) };
}

/** How we prove who we are, if at all. */
export interface Credentials {
  readonly mechanism: 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: string;
}

/** @throws SettingsError when only some of them are given */
export function credentialsOf(config: KafkaConfig): Credentials | undefined {
  const { kafkaSaslMechanism: mechanism, kafkaSaslUsername: username, kafkaSaslPassword: password } = config;
  if (mechanism && username && password) return { mechanism, username, password };
  if (mechanism ?? username ?? password)
    throw new SettingsError([
      'KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD go together: set all three or none.',
    ]);
  return undefined;
}

/** @throws SettingsError when settings contradict each other */
export function checkKafkaConfig(config: KafkaConfig): void {
  brokersOf(config);
  tlsOf(config);
  credentialsOf(config);
  if (config.kafkaMinInSync > config.kafkaReplication)
    throw new SettingsError([
      `KAFKA_MIN_IN_SYNC "${config.kafkaMinInSync}" is more than KAFKA_REPLICATION "${config.kafkaReplication}": nothing could ever be sent.`,
    ]);
}
