import { setImmediate as turn } from 'node:timers/promises';

import type { Outcome } from './transport.ts';

export interface KafkaMessage {
  readonly key: string;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Resolves once the broker has them all for good. @throws when it has not, or nobody knows; TooLarge when it never will */
export type SendBatch = (messages: readonly KafkaMessage[]) => Promise<void>;

/** The broker takes no message of this size. */
export class TooLarge extends Error {}

interface Waiting {
  readonly message: KafkaMessage;
  readonly bytes: number;
  readonly settle: (outcome: Outcome) => void;
}

/** A little less than a broker takes by default, for one message as for a batch. */
export const maxBytes = 1_000_000;
const maxMessages = 500;

/** One partition: what comes up while a batch is under way goes with the next one. So order is kept, and nothing waits for company. */
export class KafkaPartition {
  #waiting: Waiting[] = [];
  #sending = false;

  constructor(private readonly send: SendBatch) {}

  /** Never rejects. When a batch fails, what waits behind it in the same streams fails too: it must not overtake. */
  push(message: KafkaMessage): Promise<Outcome> {
    const bytes = Buffer.byteLength(message.value) + message.key.length;
    if (bytes > maxBytes) return Promise.resolve(tooLarge(bytes));
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    this.#waiting.push({ message, bytes, settle: resolve });
    if (!this.#sending) void this.sendAll();
    return promise;
  }

  private async sendAll(): Promise<void> {
    this.#sending = true;
    // What other streams say in the same turn goes with it.
    await turn();
    while (this.#waiting.length > 0) await this.deliver(this.nextBatch());
    this.#sending = false;
  }

  private nextBatch(): Waiting[] {
    let sum = 0;
    const end = this.#waiting.findIndex(({ bytes }, index) => index === maxMessages || (sum += bytes) > maxBytes);
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : Math.max(end, 1));
  }

  private async deliver(batch: readonly Waiting[]): Promise<void> {
    try {
      await this.send(batch.map(({ message }) => message));
      for (const { settle } of batch) settle({ accepted: true });
    } catch (error) {
      if (error instanceof TooLarge && batch.length > 1) return this.deliverHalf(batch);
      const permanent = error instanceof TooLarge;
      const outcome = { accepted: false, error: String(error), permanent } as const;
      for (const { settle } of permanent ? batch : [...batch, ...this.takeBehind(batch)]) settle(outcome);
    }
  }

  /** So the one that no broker takes is found after a few tries, however many are with it. */
  private async deliverHalf(batch: readonly Waiting[]): Promise<void> {
    const half = Math.floor(batch.length / 2);
    this.#waiting.unshift(...batch.slice(half));
    await this.deliver(batch.slice(0, half));
  }

  private takeBehind(failed: readonly Waiting[]): Waiting[] {
    const keys = new Set(failed.map(({ message }) => message.key));
    const behind = this.#waiting.filter(({ message }) => keys.has(message.key));
    this.#waiting = this.#waiting.filter(({ message }) => !keys.has(message.key));
    return behind;
  }
}

function tooLarge(bytes: number): Outcome {
  return { accepted: false, permanent: true, error: `the message has ${bytes} bytes, ${maxBytes} are allowed` };
}
