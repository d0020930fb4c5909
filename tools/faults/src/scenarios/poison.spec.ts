import { harmless, poisons, rawPoisons } from './poison.ts';

const orderId = '0b8c6c5e-8f9e-4a57-9d0d-6f6d3f1b7a11';
const textOf = (name: string) =>
  String([...poisons(orderId), ...rawPoisons(orderId)].find((each) => each.name === name)?.value);

describe('poison', () => {
  it('When it is made, then each kind is there once and is addressed to who must put it aside', () => {
    const all = [...poisons(orderId), ...rawPoisons(orderId)];

    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    expect([...new Set(all.map(({ topic, writer, consumer }) => `${writer} ${topic} ${consumer}`))]).toEqual([
      'catalog stock order-processor',
      'order-processor payment.commands payment',
    ]);
  });

  it('When a good message follows, then it is for the same receiver, on the same topic and key', () => {
    const bad = poisons(orderId).find(({ consumer }) => consumer === 'payment')!;

    expect(JSON.parse(harmless(bad, orderId).value)).toMatchObject({
      source: 'order-processor',
      aggregatetype: 'payment.commands',
      subject: orderId,
    });
  });

  it('When a number is too large, then the text says so, as no JavaScript number can', () => {
    expect(textOf('too large a number')).toContain('"aggregateversion":1e309,');
  });

  it('When it has keys of prototypes, then they are in the text', () => {
    expect(textOf('__proto__ keys')).toContain('"data":{"__proto__":{"orderId":"x"},"constructor":true}');
  });

  it.each(['no JSON', 'NaN'])('When it is %s, then nobody can parse it', (name) => {
    expect(() => JSON.parse(textOf(name)) as unknown).toThrow(SyntaxError);
  });
});
