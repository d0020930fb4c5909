import type { RecordMetadata } from 'kafkajs';

import { assertStored } from './kafka.producer.ts';

const stored = (more: Partial<RecordMetadata> = {}): RecordMetadata => ({
  topicName: 'orders',
  partition: 3,
  errorCode: 0,
  baseOffset: '17',
  ...more,
});

describe('answer of a broker', () => {
  it('When it says that this partition has stored it, then it counts', () => {
    expect(() => assertStored([stored()], 'orders', 3)).not.toThrow();
  });

  it.each<[string, RecordMetadata[]]>([
    ['says nothing', []],
    ['is about another partition', [stored({ partition: 0 })]],
    ['is about another topic', [stored({ topicName: 'payments' })]],
    ['holds an error', [stored({ errorCode: 6 })]],
    ['names no offset', [stored({ baseOffset: undefined })]],
    ['names an offset that is none', [stored({ baseOffset: '-1' })]],
    ['is about two partitions', [stored(), stored({ partition: 4 })]],
  ])('When it %s, then nothing counts as sent', (_, reply) => {
    expect(() => assertStored(reply, 'orders', 3)).toThrow('the answer is not about orders/3');
  });
});
