import { z } from 'zod';

/** Where messages of one aggregate travel: written by one service, each message to every service in `readBy`. */
export interface Topic {
  readonly name: string;
  /** The field of every message's data that holds the aggregate's id: messages with one id keep their order. */
  readonly key: string;
  readonly writtenBy: string;
  readonly readBy: readonly string[];
  /** Snapshots stand for everything before them; goals (commands) carry all they need. Both may jump a gap; reports may only when re-driven. */
  readonly carries: 'reports' | 'goals' | 'snapshots';
}

/** A message of either kind: a constant that producers publish and consumers name in `@On`. */
export interface MessageDefinition<D extends z.ZodObject = z.ZodObject> {
  readonly kind: 'event' | 'command';
  /** Wire name with major version: `order.placed.v1`. */
  readonly type: string;
  readonly topic: Topic;
  readonly data: D;
}

/** The data of a message, as its consumers receive it. */
export type EventOf<M extends MessageDefinition> = z.infer<M['data']>;

type KeyedBy<T extends Topic> = z.ZodObject<Record<T['key'], z.ZodType<string>>>;

/** Names a topic. The key must be a field of each of its messages; the compiler checks it. */
export const defineTopic = <const T extends Topic>(topic: T): T => topic;

/** Something that happened. */
export const defineEvent = <T extends Topic, D extends z.ZodObject & KeyedBy<T>>(
  type: string,
  message: { topic: T; data: D },
): MessageDefinition<D> => define('event', type, message);

/** Something asked of another service: where its side must end, with all the data that this needs. */
export const defineCommand = <T extends Topic, D extends z.ZodObject & KeyedBy<T>>(
  type: string,
  message: { topic: T; data: D },
): MessageDefinition<D> => define('command', type, message);

function define<D extends z.ZodObject>(
  kind: 'event' | 'command',
  type: string,
  { topic, data }: { topic: Topic; data: D },
): MessageDefinition<D> {
  if (!/^[a-z]+(\.[a-z-]+)+\.v[1-9]\d*$/.test(type)) {
    throw new Error(`"${type}" is no message name: write <subject>.<what>.v<major>, such as order.placed.v1.`);
  }
  return { kind, type, topic, data };
}
