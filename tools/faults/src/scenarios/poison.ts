import { randomUUID } from 'node:crypto';

/** Something that nobody can understand, and what its receiver must say of it. */
export interface Poison {
  readonly name: string;
  readonly topic: string;
  /** The service that writes the topic: in its name it is sent. */
  readonly writer: string;
  readonly consumer: string;
  readonly reason: string;
  /** The text of a message; bytes, or none at all, can only lie in a broker. */
  readonly value: string | Buffer | null;
}

type Fields = Readonly<Record<string, unknown>>;

const stock = { topic: 'stock', writer: 'catalog', consumer: 'order-processor' };
const payments = { topic: 'payment.commands', writer: 'order-processor', consumer: 'payment' };

/** A message of catalog's about an order, but for these fields. */
function report(orderId: string, different: Fields = {}): string {
  return JSON.stringify(
    envelope('stock', 'catalog', orderId, { type: 'stock.reserved.v1', data: { orderId }, ...different }),
  );
}

/** A message of order-processor's that asks payment to hold money, but for these fields of the data. */
function command(orderId: string, different: Fields): string {
  const amount = { amountMinor: 100, currency: 'EUR' };
  const data = { orderId, customerId: randomUUID(), amount, paymentMethod: 'pm_card_visa', ...different };
  return JSON.stringify(
    envelope('payment.commands', 'order-processor', orderId, { type: 'payment.authorize.v1', data }),
  );
}

/** For who gets the poison, of a type that nobody knows, and older than what was handled: it is noted and has no effect. */
export function harmless({ topic, writer }: Poison, orderId: string): { readonly id: string; readonly value: string } {
  const message = envelope(topic, writer, orderId, { type: 'parcel.counted.v1', data: { orderId } });
  return { id: String(message['id']), value: JSON.stringify(message) };
}

/** Every kind that is a text; the key is an order that is there, so that good messages lie behind it. */
export function poisons(orderId: string): Poison[] {
  const of = (name: string, reason: string, value: string) => ({ ...stock, name, reason, value });
  return [
    of('no id', 'invalid-envelope', report(orderId, { id: undefined })),
    of('another version', 'unknown-version', report(orderId, { type: 'stock.reserved.v99' })),
    of('a megabyte', 'invalid-data', report(orderId, { data: { filler: 'x'.repeat(1_000_000) } })),
    of('__proto__ keys', 'invalid-data', withPrototype(orderId)),
    of('too large a number', 'invalid-envelope', report(orderId).replace(version, `${version.slice(0, -1)}1e309`)),
    of('another subject', 'wrong-key', report(orderId, { data: { orderId: randomUUID() } })),
    ...wrongAmounts.map(([name, amount]) => ({
      ...payments,
      name,
      reason: 'invalid-data',
      value: command(orderId, { amount }),
    })),
  ];
}

const version = '"aggregateversion":1';

const wrongAmounts = [
  ['a negative amount', { amountMinor: -1, currency: 'EUR' }],
  ['an amount of fractions', { amountMinor: 0.5, currency: 'EUR' }],
  ['an amount in words', { amountMinor: '100', currency: 'EUR' }],
  ['an unknown currency', { amountMinor: 1, currency: 'euro' }],
] as const;

/** What can lie in a broker, but is no message of the direct transport. */
export function rawPoisons(orderId: string): Poison[] {
  const of = (name: string, reason: string, value: Poison['value']) => ({ ...stock, name, reason, value });
  return [
    of('no JSON', 'invalid-json', '{"specversion":'),
    of('NaN', 'invalid-json', report(orderId).replace(version, `${version.slice(0, -1)}NaN`)),
    of('a zero byte first', 'invalid-json', Buffer.concat([Buffer.of(0), Buffer.from(report(orderId))])),
    of('no UTF-8', 'invalid-json', Buffer.of(0x22, 0xff, 0xfe, 0x22)),
    of('no value', 'no-value', null),
    of('null', 'invalid-envelope', 'null'),
    of('a list', 'invalid-envelope', '[1, 2, 3]'),
    of('of another topic', 'wrong-topic', report(orderId, { aggregatetype: 'orders' })),
  ];
}

function withPrototype(orderId: string): string {
  return report(orderId, { data: { polluted: true } }).replace(
    '"polluted"',
    '"__proto__":{"orderId":"x"},"constructor"',
  );
}

function envelope(topic: string, source: string, subject: string, different: Fields): Fields {
  return {
    specversion: '1.0',
    id: randomUUID(),
    source,
    subject,
    time: new Date().toISOString(),
    dataschema: 'urn:towpath:poison',
    aggregatetype: topic,
    aggregateversion: 1,
    correlationid: randomUUID(),
    snapshot: false,
    ...different,
  };
}
