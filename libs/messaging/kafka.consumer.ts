import { setTimeout as wait } from 'node:timers/promises';

import { Logger } from '@nestjs/common';
import { fullJitter, within } from '@towpath/health';

import type { KafkaBrokers } from './kafka.brokers.ts';
import type { KafkaClient } from './kafka.client.ts';
import { explain, KafkaMisconfigured, mayPass } from './kafka.failures.ts';
import { KafkaSession } from './kafka.session.ts';
import type { TransportParts } from './transport.provider.ts';
import type { Receive } from './transport.ts';

/** So long a start waits to learn that the settings are wrong; when brokers are away or do not answer it goes on. */
const firstContactMs = 5_000;
/** A member that asks for nothing for so long is hung up, and another one takes its place. */
const silentMs = 40_000;
/** By then even that did not help, and the process should be started again. */
const deadMs = 90_000;
const lookEveryMs = 1_000;
const backoff = { firstMs: 100, mostMs: 3_000 };

/** No answer of the brokers, but a member that hangs: a new one may do better. */
class Silent extends Error {}

/** Brings messages of the brokers to the inbox, as one of the service's group. */
export class KafkaConsumer {
  readonly #logger = new Logger('Kafka');
  readonly #end = new AbortController();
  readonly #topics: readonly string[];
  #session: KafkaSession | undefined;
  #triedAt: number | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(
    private readonly client: KafkaClient,
    private readonly brokers: KafkaBrokers,
    private readonly parts: TransportParts,
  ) {
    this.#topics = [...parts.subscriptions.topics.keys()];
  }

  /** @throws KafkaMisconfigured when brokers answer at once and are not as the settings say */
  async start(receive: Receive): Promise<void> {
    await within(firstContactMs, this.brokers.firstTry()).catch((error: unknown) => {
      if (error instanceof KafkaMisconfigured) throw error;
    });
    const { lifecycle, liveness } = this.parts.process;
    this.brokers.right().catch((error: unknown) => {
      if (error instanceof KafkaMisconfigured) lifecycle.fail(error);
    });
    if (this.#topics.length === 0) return;
    liveness.check('consumer', () => this.assertAlive(), { timeoutMs: 1_000 });
    this.#running = this.run(receive);
  }

  async stop(): Promise<void> {
    this.#end.abort();
    this.brokers.giveUp();
    await this.#running;
  }

  private get stopped(): boolean {
    return this.#end.signal.aborted;
  }

  private async run(receive: Receive): Promise<void> {
    for (let attempt = 1; !this.stopped; attempt += 1) {
      const began = performance.now();
      const reason = await this.attend(receive).catch((error: unknown) => error);
      if (this.stopped) return;
      if (reason instanceof KafkaMisconfigured) return;
      const isLost = !(reason instanceof Silent) && !mayPass(reason);
      if (isLost && (await this.brokers.answer())) return this.parts.process.lifecycle.fail(reason);
      this.#logger.warn({ msg: 'The consumer begins again.', reason: explain(reason) });
      if (performance.now() - began > silentMs) attempt = 1;
      await this.pause(fullJitter(attempt, backoff));
    }
  }

  /** Takes messages until something is wrong, which it resolves with, or until it is stopped. */
  private async attend(receive: Receive): Promise<unknown> {
    const { kafkaPartitionsAtOnce } = this.client.config;
    const session = await this.brokers.reach(async () => {
      this.#triedAt = performance.now();
      const opened = new KafkaSession(await this.client.consumer(this.membership()), this.#topics, receive);
      await opened.open(kafkaPartitionsAtOnce);
      return opened;
    });
    this.#session = session;
    const reason = await Promise.race([session.crashed, this.silence(session)]);
    const closed = session.close();
    if (this.stopped) await closed;
    return reason;
  }

  private membership() {
    const { kafkaSessionTimeoutMs: sessionTimeout } = this.client.config;
    const heartbeatInterval = Math.min(3_000, Math.floor(sessionTimeout / 5));
    return {
      groupId: `${this.parts.identity.name.split('-')[0]}-group`,
      sessionTimeout,
      rebalanceTimeout: Math.max(30_000, sessionTimeout),
      heartbeatInterval,
      // A broker answers at once when there is something; a partition that was paused is asked for again after this.
      maxWaitTimeInMs: Math.min(500, heartbeatInterval),
      minBytes: 1,
    };
  }

  private async silence(session: KafkaSession): Promise<Error> {
    while (!this.stopped && session.silentForMs < silentMs) await this.pause(lookEveryMs);
    return new Silent(`nothing was asked for during ${Math.round(session.silentForMs)} ms`);
  }

  /** Only while a broker answers: to start again because brokers are away helps nobody, nor as soon as they are back. */
  private async assertAlive(): Promise<void> {
    const now = performance.now();
    const silentForMs = Math.min(this.#session?.silentForMs ?? Infinity, now - (this.#triedAt ?? now));
    if (silentForMs > deadMs && (await this.brokers.answer()))
      throw new Error(`the consumer has asked for nothing for ${Math.round(silentForMs / 1_000)} s`);
  }

  private async pause(ms: number): Promise<void> {
    await wait(ms, undefined, { signal: this.#end.signal }).catch(() => undefined);
  }
}
