import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { ServiceIdentity } from '@towpath/config';
import type { Transaction } from '@towpath/database';
import { type MessageDefinition, type Topic, topics } from '@towpath/messages';

import { type Received, routesOf, topicOf } from './consumer.decorators.ts';
import { nameOf } from './envelope.ts';

export type Handle = (data: never, tx: Transaction, received: Received) => Promise<void> | void;

export interface Subscription {
  readonly message: MessageDefinition;
  readonly handle: Handle;
}

/** What this service listens to: the topics of its consumers, and the method for each message. */
@Injectable()
export class Subscriptions {
  readonly topics = new Map<string, Topic>();
  readonly #byType = new Map<string, Subscription>();
  readonly #names = new Set<string>();

  constructor(discovery: DiscoveryService, identity: ServiceIdentity) {
    for (const provider of discovery.getProviders()) {
      // The instance is looked up at each message: until Nest has injected all, a shell stands in its place.
      if (provider.metatype) this.add(provider.metatype, () => provider.instance as Record<string, Handle>);
    }
    assertAllAreHeard(identity.name, this.topics);
  }

  of(type: string): Subscription | undefined {
    return this.#byType.get(type);
  }

  /** We handle this message, in another version. */
  knowsOtherVersionOf(type: string): boolean {
    return !this.#byType.has(type) && this.#names.has(nameOf(type));
  }

  private add(consumer: { readonly name: string }, instance: () => Record<string, Handle>): void {
    const topic = topicOf(consumer);
    if (!topic) return;
    this.topics.set(topic.name, topic);
    for (const { message, method } of routesOf(consumer)) {
      if (message.topic !== topic)
        throw new Error(`${consumer.name} listens to ${topic.name}; ${message.type} travels on ${message.topic.name}.`);
      if (this.#byType.has(message.type)) throw new Error(`${message.type} has two handlers. A message has one.`);
      this.#byType.set(message.type, {
        message,
        handle: (data, tx, received) => instance()[method]?.(data, tx, received),
      });
      this.#names.add(nameOf(message.type));
    }
  }
}

/** A topic that is delivered here and that nobody handles would be lost without a word. */
function assertAllAreHeard(service: string, heard: ReadonlyMap<string, Topic>): void {
  const unheard = topics.filter(({ name, readBy }: Topic) => readBy.includes(service) && !heard.has(name));
  if (unheard.length > 0)
    throw new Error(`${service} reads ${unheard.map(({ name }) => name).join(', ')} but has no consumer for it.`);
  const undeclared = [...heard.values()].filter(({ readBy }) => !readBy.includes(service));
  if (undeclared.length > 0)
    throw new Error(
      `Add ${service} to the readers of ${undeclared.map(({ name }) => name).join(', ')}: nothing is delivered without.`,
    );
}
