import { type BrokerSource, findBroker } from './find-broker.ts';

const noDocker = 'there is no Docker';
const noJava = 'Java is 11';

describe('finding a broker', () => {
  const rows: [string | undefined, string | undefined, string | undefined, BrokerSource][] = [
    ['a:9092', undefined, undefined, { from: 'given', addresses: 'a:9092' }],
    ['a:9092', noDocker, noJava, { from: 'given', addresses: 'a:9092' }],
    [undefined, undefined, undefined, { from: 'compose' }],
    [undefined, undefined, noJava, { from: 'compose' }],
    ['', undefined, noJava, { from: 'compose' }],
    [undefined, noDocker, undefined, { from: 'java', whyNoCompose: noDocker }],
  ];

  it.each(rows)(
    'When KAFKA_BROKERS is %j, against Docker speaks %j and against Java %j, then it is %j',
    (given, whyNoCompose, whyNoJava, source) => {
      expect(findBroker({ given, whyNoCompose: () => whyNoCompose, whyNoJava: () => whyNoJava })).toEqual(source);
    },
  );

  it('When there is none of the three, then one sentence names them all, and what is wrong with each', () => {
    const ways = { given: undefined, whyNoCompose: () => noDocker, whyNoJava: () => noJava };

    expect(() => findBroker(ways)).toThrow(
      'There is no Kafka to be had: set KAFKA_BROKERS, or start Docker with docker compose (there is no Docker), or install Java 17 or newer and Maven (Java is 11).',
    );
  });

  it('When an earlier way is open, then the later ones are not even asked', () => {
    const whyNoJava = jest.fn();

    findBroker({ given: undefined, whyNoCompose: () => undefined, whyNoJava });

    expect(whyNoJava).not.toHaveBeenCalled();
  });
});
