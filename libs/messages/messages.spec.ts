import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { z } from 'zod';

import * as vocabulary from './index.ts';
import { defineEvent, defineTopic, type MessageDefinition, topics } from './index.ts';
import { messageFlow } from './message-flow.ts';

const messages = Object.values(vocabulary as Record<string, unknown>).filter(
  (each): each is MessageDefinition => typeof each === 'object' && each !== null && 'kind' in each,
);

describe('messages', () => {
  it('When all are listed, then names are unique and each travels on a listed topic', () => {
    const types = messages.map(({ type }) => type);

    expect(new Set(types).size).toBe(types.length);
    expect(messages.filter(({ topic }) => !(topics as object[]).includes(topic))).toEqual([]);
  });

  it('When a topic carries goals, then its messages are commands, and only its', () => {
    const misplaced = messages.filter(({ kind, topic }) => (kind === 'command') !== (topic.carries === 'goals'));

    expect(misplaced).toEqual([]);
  });

  it('When a message of a newer sender has a field more, then it is read without it', () => {
    const orderId = '01a1fddd-c0c0-70f7-90f1-1a3404b82755';

    expect(vocabulary.OrderConfirmed.data.parse({ orderId, note: 'new' })).toEqual({ orderId });
  });

  it.each(['order.placed', 'Order.placed.v1', 'order.v1', 'order.placed.v0', 'order placed.v1', ''])(
    'When a name is %j, then it is refused',
    (type) => {
      const topic = defineTopic({ name: 't', key: 'id', writtenBy: 'a', readBy: [], carries: 'reports' });

      expect(() => defineEvent(type, { topic, data: z.object({ id: z.string() }) })).toThrow('is no message name');
    },
  );

  it('When the data lacks the key of its topic, then it does not compile', () => {
    const topic = defineTopic({ name: 't', key: 'id', writtenBy: 'a', readBy: [], carries: 'reports' });

    // @ts-expect-error the key `id` is missing
    defineEvent('thing.happened.v1', { topic, data: z.object({ name: z.string() }) });
    expect(defineEvent('thing.happened.v1', { topic, data: z.object({ id: z.string() }) }).type).toBe(
      'thing.happened.v1',
    );
  });

  it('When a message changes, then docs/message-flow.md is written again with `node libs/messages/write-docs.ts`', () => {
    expect(readFileSync(resolve(__dirname, '../../docs/message-flow.md'), 'utf8')).toBe(messageFlow());
  });
});
