import { join } from 'node:path';

import { KafkaBackDoor } from '../kafka/back-door.ts';
import { sendFrame, sendRaw } from './direct-frames.ts';
import { atMost, none, quantile, told } from './finding.ts';
import { inFlightOf } from './in-flight.ts';
import { harmless, type Poison, poisons, rawPoisons } from './poison.ts';
import type { Run, Scenario } from './scenario.ts';
import { ShopRepository } from './shop.repository.ts';

const rounds = 3;
const someOrders = 10;
const completedWithinMs = 60_000;
const handledWithinMs = 20_000;

export const poison: Scenario = {
  id: 'F13',
  title: 'Messages that nobody can understand come between good ones',
  transports: ['direct', 'kafka'],
  orders: 400,
  load: { perSecond: 8 },
  async faults(run) {
    const repository = new ShopRepository(run.shop);
    const sender = run.transport === 'kafka' ? new BrokerSender(run) : new FrameSender(run);
    const waits: number[] = [];
    try {
      const isBegun = async () => (await repository.completedOrders(someOrders)).length === someOrders;
      await run.clock.until('some orders are completed', isBegun, completedWithinMs);
      for (let round = 0; round < rounds; round += 1) {
        const orderId = run.random.pick(await repository.completedOrders(someOrders));
        for (const each of sender.kinds(orderId)) waits.push(await follow(run, repository, sender, each, orderId));
      }
    } finally {
      await repository.close();
    }
    run.found(told('the good message behind poison is handled, the median', quantile(waits, 0.5) / 1_000, 's'));
    run.found(atMost('the good message behind poison is handled, the slowest', Math.max(...waits) / 1_000, 2, 's'));
    if (sender instanceof FrameSender)
      run.found(none('frames of no JSON that were taken for messages', await sender.takenNonsense()));
  },
};

interface Sender {
  kinds(orderId: string): Poison[];
  send(topic: Poison, orderId: string, value: Poison['value']): Promise<void>;
}

/** Sends poison and a good message behind it, on the same key. Resolves with the milliseconds until that was handled. */
async function follow(
  run: Run,
  repository: ShopRepository,
  sender: Sender,
  bad: Poison,
  orderId: string,
): Promise<number> {
  const good = harmless(bad, orderId);
  await run.nemesis.make({
    fault: 'poison',
    target: bad.topic,
    detail: bad.name,
    inFlight: () => inFlightOf(run.shop, bad.consumer),
    act: async () => {
      await sender.send(bad, orderId, bad.value);
      return undefined;
    },
  });
  run.expected.poison = [...(run.expected.poison ?? []), { consumer: bad.consumer, reason: bad.reason }];
  await sender.send(bad, orderId, good.value);
  return run.clock.until(
    `the message behind ${bad.name} is handled`,
    () => repository.hasHandled(bad.consumer, good.id),
    handledWithinMs,
  );
}

/** Puts bytes into a topic, with headers that nobody asked for. */
class BrokerSender implements Sender {
  private readonly kafka: KafkaBackDoor;
  private count = 0;

  constructor({ shop }: Run) {
    this.kafka = new KafkaBackDoor(shop);
  }

  kinds(orderId: string): Poison[] {
    return [...poisons(orderId), ...rawPoisons(orderId)];
  }

  async send({ topic }: Poison, orderId: string, value: Poison['value']): Promise<void> {
    const strange = [undefined, { huge: 'h'.repeat(20_000) }, { binary: Buffer.of(0, 255, 254, 128) }];
    await this.kafka.produce(topic, [{ key: orderId, value, headers: strange[this.count++ % strange.length] }]);
  }
}

/** Says it to a service itself, with the key of the one that may say it. */
class FrameSender implements Sender {
  private readonly run: Run;

  constructor(run: Run) {
    this.run = run;
  }

  kinds(orderId: string): Poison[] {
    return poisons(orderId);
  }

  async send({ writer, consumer }: Poison, _: string, value: Poison['value']): Promise<void> {
    await sendFrame(this.door(writer, consumer), String(value));
  }

  /** Frames that are no JSON, or none of ours: the receiver hangs up or refuses. */
  async takenNonsense(): Promise<number> {
    const door = this.door('catalog', 'order-processor');
    const answers = await Promise.all(
      ['{"no', '\0\0\0', 'null', '{}', '[]', '"text"'].map((text) => sendRaw(door, text)),
    );
    return answers.filter((answer) => answer.includes('"ack":true')).length;
  }

  private door(sender: string, receiver: string) {
    const { shop } = this.run;
    const senderKeyFile = join(shop.folder, 'secrets', `message-key-${sender}.json`);
    return { ...shop.messagesOf(receiver), sender, senderKeyFile, receiver };
  }
}
