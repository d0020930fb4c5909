import { Injectable } from '@nestjs/common';

import { aggregateIdOf, type Envelope, envelopeSchema } from './envelope.ts';
import { Subscriptions } from './subscriptions.ts';

/** Why a message can never be handled. */
export interface Unintelligible {
  readonly reason:
    'invalid-envelope' | 'unknown-topic' | 'unknown-version' | 'invalid-data' | 'wrong-key' | Unreadable['reason'];
  readonly error: string;
}

/** What arrived is no envelope at all. `kept` is what a person gets to see of it. */
export class Unreadable {
  constructor(
    readonly reason: 'no-value' | 'invalid-json' | 'wrong-topic',
    readonly error: string,
    readonly kept: unknown,
  ) {}
}

export type Understood = { readonly envelope: Envelope } | { readonly unintelligible: Unintelligible };

/** Reads what arrived. An unknown type on a known topic is understood too: it only moves the cursor. */
@Injectable()
export class Understanding {
  constructor(private readonly subscriptions: Subscriptions) {}

  read(raw: unknown): Understood {
    if (raw instanceof Unreadable) return refuse(raw.reason, raw.error);
    const parsed = envelopeSchema.safeParse(raw);
    if (!parsed.success) return refuse('invalid-envelope', parsed.error.message);
    const envelope = parsed.data;
    if (!this.subscriptions.topics.has(envelope.aggregatetype))
      return refuse('unknown-topic', `Nothing here listens to ${envelope.aggregatetype}.`);
    if (this.subscriptions.knowsOtherVersionOf(envelope.type))
      return refuse('unknown-version', `${envelope.type} is a version that is not known here.`);
    return this.check(envelope);
  }

  private check(envelope: Envelope): Understood {
    const subscription = this.subscriptions.of(envelope.type);
    if (!subscription) return { envelope };
    const { message } = subscription;
    if (message.topic.name !== envelope.aggregatetype)
      return refuse('unknown-topic', `${envelope.type} travels on ${message.topic.name}.`);
    const data = message.data.safeParse(envelope.data);
    if (!data.success) return refuse('invalid-data', data.error.message);
    if (aggregateIdOf(message, data.data) !== envelope.subject)
      return refuse('wrong-key', `${message.topic.key} is not the subject.`);
    return { envelope: { ...envelope, data: data.data } };
  }
}

function refuse(reason: Unintelligible['reason'], error: string): Understood {
  return { unintelligible: { reason, error } };
}
