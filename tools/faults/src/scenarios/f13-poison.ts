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
  orders: 250,
  // As much as leaves no queues of its own: what is timed is what poison does.
  load: { perSecond: 4 },
  async faults(run) {
    const repository = new ShopRepository(run.shop);
    const sender = run.transport === 'kafka' ? new BrokerSender(run) : new FrameSender(run);
    const behind: number[] = [];
    const beside: number[] = [];
    try {
      const isBegun = async () => (await repository.completedOrders(someOrders)).length === someOrders;
      await run.clock.until('some orders are completed', isBegun, completedWithinMs);
      for (let round = 0; round < rounds; round += 1) {
        const [orderId = '', bystander = ''] = await pickTwo(run, repository);
        for (const each of sender.kinds(orderId)) {
          const waits = await follow(run, repository, sender, { bad: each, orderId, bystander });
          behind.push(waits.behind);
          beside.push(waits.beside);
        }
      }
    } finally {
      await repository.close();
    }
    for (const [what, waits] of [
      ['the good message behind poison is handled', behind],
      ['a message of another order is handled meanwhile', beside],
    ] as const) {
      run.found(told(`${what}, the median`, quantile(waits, 0.5) / 1_000, 's'));
      run.found(atMost(`${what}, the slowest`, Math.max(...waits) / 1_000, 2, 's'));
    }
    if (sender instanceof FrameSender)
      run.found(none('frames of no JSON that were taken for messages', await sender.takenNonsense()));
  },
};

interface Sender {
  kinds(orderId: string): Poison[];
  send(topic: Poison, orderId: string, value: Poison['value']): Promise<void>;
}

async function pickTwo(run: Run, repository: ShopRepository): Promise<string[]> {
  const orders = await repository.completedOrders(someOrders);
  const first = run.random.pick(orders);
  return [first, run.random.pick(orders.filter((order) => order !== first))];
}

interface Victims {
  readonly bad: Poison;
  readonly orderId: string;
  /** Another order. */
  readonly bystander: string;
}

/** Sends poison, a good message behind it, and one of another key. Resolves with the milliseconds until each was handled. */
async function follow(
  run: Run,
  repository: ShopRepository,
  sender: Sender,
  { bad, orderId, bystander }: Victims,
): Promise<{ readonly behind: number; readonly beside: number }> {
  const good = harmless(bad, orderId);
  const other = harmless(bad, bystander);
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
  await Promise.all([sender.send(bad, orderId, good.value), sender.send(bad, bystander, other.value)]);
  const handled = (what: string, id: string) => {
    const isHandled = () => repository.hasHandled(bad.consumer, id);
    return run.clock.until(`${what} ${bad.name} is handled`, isHandled, handledWithinMs);
  };
  const [behind, beside] = await Promise.all([
    handled('the message behind', good.id),
    handled('the message beside', other.id),
  ]);
  return { behind, beside };
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
