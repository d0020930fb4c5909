import { Injectable } from '@nestjs/common';
import type { Transaction } from '@towpath/database';
import type { EventOf, MessageDefinition, Topic } from '@towpath/messages';

/** What a handler may want to know beside the data. `snapshot`: it was said again and wants an answer. */
export interface Received {
  readonly id: string;
  readonly version: number;
  readonly snapshot: boolean;
  readonly time: Date;
}

type Handler<M extends MessageDefinition> = (
  data: EventOf<M>,
  tx: Transaction,
  received: Received,
) => Promise<void> | void;

export interface Route {
  readonly message: MessageDefinition;
  readonly method: string;
}

const topics = new WeakMap<object, Topic>();
const routes = new WeakMap<object, Route[]>();

/** A class whose methods handle the messages of one topic. */
export const Consumer =
  (topic: Topic): ClassDecorator =>
  (target) => {
    topics.set(target, topic);
    Injectable()(target);
  };

/**
 * The method that handles a message, inside the transaction that also notes it as handled; it may only touch the database.
 * Throwing `Unavailable` means that it is tried again; any other error, five times, makes it a dead letter.
 */
export const On =
  <M extends MessageDefinition>(message: M) =>
  <F extends Handler<M>>(target: object, method: string, _: TypedPropertyDescriptor<F>): void => {
    const known = routes.get(target.constructor) ?? [];
    routes.set(target.constructor, [...known, { message, method }]);
  };

export const topicOf = (consumer: object): Topic | undefined => topics.get(consumer);
export const routesOf = (consumer: object): readonly Route[] => routes.get(consumer) ?? [];
