import { type KafkaMessage, KafkaPartition, maxBytes, TooLarge } from './kafka.partition.ts';

const message = (key: string, value = key): KafkaMessage => ({ key, value, headers: {} });
const big = 'x'.repeat(maxBytes / 2);

/** A broker that notes what it is sent, and answers when the test says so. */
class Broker {
  readonly batches: string[][] = [];
  readonly #answers: PromiseWithResolvers<void>[] = [];
  readonly partition = new KafkaPartition(async (messages) => {
    this.batches.push(messages.map(({ value }) => value.slice(0, 10)));
    const answer = Promise.withResolvers<void>();
    this.#answers.push(answer);
    await answer.promise;
  });

  async accept(): Promise<void> {
    (await this.next()).resolve();
  }

  async refuse(error: Error = new Error('no')): Promise<void> {
    (await this.next()).reject(error);
  }

  private async next(): Promise<PromiseWithResolvers<void>> {
    for (;;) {
      const answer = this.#answers.shift();
      if (answer) return answer;
      await new Promise(setImmediate);
    }
  }
}

describe('sending to one partition', () => {
  let broker: Broker;

  beforeEach(() => {
    broker = new Broker();
  });

  it('When many say something in the same turn, then it is one batch, and each gets its answer', async () => {
    const all = ['a', 'b', 'c'].map((key) => broker.partition.push(message(key)));

    await broker.accept();

    expect(await Promise.all(all)).toEqual([{ accepted: true }, { accepted: true }, { accepted: true }]);
    expect(broker.batches).toEqual([['a', 'b', 'c']]);
  });

  it('When a batch is under way, then what comes meanwhile goes with the next one, and not before it is answered', async () => {
    const first = broker.partition.push(message('a'));
    while (broker.batches.length === 0) await new Promise(setImmediate);
    const others = ['b', 'c'].map((key) => broker.partition.push(message(key)));
    for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
    expect(broker.batches).toEqual([['a']]);

    await broker.accept();
    await broker.accept();

    expect(await Promise.all([first, ...others])).toHaveLength(3);
    expect(broker.batches).toEqual([['a'], ['b', 'c']]);
  });

  it('When a batch fails, then what waits behind it in the same streams fails too, and other streams go on', async () => {
    const first = broker.partition.push(message('a', 'a1'));
    while (broker.batches.length === 0) await new Promise(setImmediate);
    const behind = broker.partition.push(message('a', 'a2'));
    const other = broker.partition.push(message('b', 'b1'));

    await broker.refuse();
    await broker.accept();

    const refused = { accepted: false, error: 'Error: no', permanent: false };
    expect(await Promise.all([first, behind, other])).toEqual([refused, refused, { accepted: true }]);
    expect(broker.batches).toEqual([['a1'], ['b1']]);
  });

  it('When messages are more than a broker takes at once, then they go in several batches, in their order', async () => {
    const all = ['1', '2', '3'].map((name) => broker.partition.push(message('a', name + big.slice(2))));

    await broker.accept();
    await broker.accept();

    expect(await Promise.all(all)).toEqual(all.map(() => ({ accepted: true })));
    expect(broker.batches.map((batch) => batch.map(([name]) => name))).toEqual([['1', '2'], ['3']]);
  });

  it('When one message is more than any broker takes, then it is refused for good, and never sent', async () => {
    const outcome = await broker.partition.push(message('a', big + big + 'x'));

    expect(outcome).toEqual({
      accepted: false,
      permanent: true,
      error: 'the message has 1000002 bytes, 1000000 are allowed',
    });
    expect(broker.batches).toEqual([]);
  });

  it('When the broker finds a batch too large, then it goes in parts, and only the one message is refused for good', async () => {
    const all = ['a', 'b'].map((key) => broker.partition.push(message(key)));

    await broker.refuse(new TooLarge('too large'));
    await broker.accept();
    await broker.refuse(new TooLarge('too large'));

    expect(await Promise.all(all)).toEqual([
      { accepted: true },
      { accepted: false, permanent: true, error: 'Error: too large' },
    ]);
    expect(broker.batches).toEqual([['a', 'b'], ['a'], ['b']]);
  });

  it('When one of very many is too large for the broker, then it is soon found, and all the others are sent in their order', async () => {
    const names = Array.from({ length: 400 }, (_, index) => `${index}`);
    const sent: string[] = [];
    let tries = 0;
    const partition = new KafkaPartition(async (messages) => {
      tries += 1;
      if (messages.some(({ value }) => value === '390')) throw new TooLarge('too large');
      sent.push(...messages.map(({ value }) => value));
    });

    const outcomes = await Promise.all(names.map((name) => partition.push(message('a', name))));

    expect(names.filter((_, index) => !outcomes[index]?.accepted)).toEqual(['390']);
    expect(sent).toEqual(names.filter((name) => name !== '390'));
    expect(tries).toBeLessThan(40);
  });
});
