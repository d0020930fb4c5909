import { readFileSync } from 'node:fs';
import { connect as connectPlain, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';

import { Logger } from '@nestjs/common';
import type { Environment } from '@towpath/config';
import type {
  Admin,
  Consumer,
  ConsumerConfig,
  ISocketFactory,
  Kafka,
  logCreator,
  Producer,
  RetryOptions,
  SASLOptions,
} from 'kafkajs';

import { brokersOf, checkKafkaConfig, credentialsOf, type KafkaConfig, tlsOf } from './kafka.config.ts';
import { dieAfterProduce } from './kafka.produced.ts';
import { kafkajs } from './kafkajs.ts';

const connectMs = 3_000;
/** Of the broker, for one request. */
export const requestMs = 10_000;

const once: RetryOptions = { retries: 0, initialRetryTime: 100 };
const aWhile: RetryOptions = { retries: 4, initialRetryTime: 100, maxRetryTime: 1_000 };

/** Makes clients that know the brokers; each with the certificates and the password as they are by then. */
export class KafkaClient {
  /** @throws SettingsError when settings contradict each other */
  constructor(
    private readonly name: string,
    readonly config: KafkaConfig,
    private readonly environment: Environment,
  ) {
    checkKafkaConfig(config);
  }

  /** Its errors are ours to try again: the library's own retries have lost messages. */
  async producer(): Promise<Producer> {
    const { Partitioners } = await kafkajs();
    return (await this.kafka(once)).producer({
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
      idempotent: false,
      retry: once,
    });
  }

  /** Gives up after a while, and is never started again by the library: that is ours too. */
  async consumer(more: ConsumerConfig): Promise<Consumer> {
    const retry = { ...aWhile, restartOnFailure: async () => false };
    return (await this.kafka(aWhile)).consumer({ allowAutoTopicCreation: false, retry, ...more });
  }

  async admin(): Promise<Admin> {
    return (await this.kafka(once)).admin({ retry: once });
  }

  private async kafka(retry: RetryOptions): Promise<Kafka> {
    const { Kafka, logLevel } = await kafkajs();
    return new Kafka({
      clientId: this.name,
      brokers: brokersOf(this.config),
      ssl: tlsOf(this.config),
      sasl: this.credentials() as SASLOptions | undefined,
      connectionTimeout: connectMs,
      authenticationTimeout: connectMs,
      requestTimeout: requestMs,
      retry,
      socketFactory,
      logLevel: logLevel.WARN,
      logCreator: quiet,
    });
  }

  /** A password in a file may have been replaced since we started. */
  private credentials() {
    const credentials = credentialsOf(this.config);
    const file = this.environment.values['KAFKA_SASL_PASSWORD_FILE'];
    return credentials && file ? { ...credentials, password: readFileSync(file, 'utf8').trim() } : credentials;
  }
}

/** The library cries at each lost connection. Whoever wants to know why turns on `debug`; what matters we say ourselves. */
const quiet: logCreator = () => {
  const logger = new Logger('kafkajs');
  return ({ namespace, log: { message, error, ...rest } }) =>
    logger.debug({ msg: `${namespace}: ${message}`, error: error ?? undefined, broker: rest['broker'] });
};

/** As the library's own, but small requests leave at once instead of waiting for the answer to the last. */
const socketFactory: ISocketFactory = ({ host, port, ssl, onConnect }) => {
  const socket = ssl
    ? connectTls({ host, port, ...(!isIP(host) && { servername: host }), ...ssl }, onConnect)
    : connectPlain({ host, port }, onConnect);
  if (TOWPATH_TEST_BUILD) dieAfterProduce(socket);
  return socket.setKeepAlive(true, 60_000).setNoDelay(true);
};
