import { Controller } from '@nestjs/common';
import {
  type AnomalyResponse,
  type DeadLetterResponse,
  idOfCursor,
  type InputOf,
  listAnomalies,
  listDeadLetters,
  type Page,
  toPage,
} from '@towpath/api';
import { ServiceIdentity } from '@towpath/config';
import { DomainError } from '@towpath/errors';
import { Input, Route } from '@towpath/http';

import { Anomalies } from './anomaly.repository.ts';
import { type DeadLetter, DeadLetterRepository } from './dead-letter.repository.ts';

type Query = InputOf<typeof listDeadLetters>['query'];

/** What waits for a person in this service. Acting on it takes a command: `dead-letters`. */
@Controller()
export class AdminListsController {
  constructor(
    private readonly identity: ServiceIdentity,
    private readonly letters: DeadLetterRepository,
    private readonly anomalies: Anomalies,
  ) {}

  @Route(listDeadLetters)
  async listDeadLetters(@Input() { query }: InputOf<typeof listDeadLetters>): Promise<Page<DeadLetterResponse>> {
    const { service, after, limit } = this.asked(query);
    const { items, nextCursor } = toPage(await this.letters.open(limit + 1, after), limit);
    return { items: items.map((letter) => ({ service, ...toResponse(letter) })), nextCursor };
  }

  @Route(listAnomalies)
  async listAnomalies(@Input() { query }: InputOf<typeof listAnomalies>): Promise<Page<AnomalyResponse>> {
    const { service, after, limit } = this.asked(query);
    const { items, nextCursor } = toPage(await this.anomalies.page(limit + 1, after), limit);
    return { items: items.map(({ at, ...rest }) => ({ service, ...rest, at: at.toISOString() })), nextCursor };
  }

  /** The gateway asks the service that the query names; whoever asks another one has the wrong address. */
  private asked({ service, cursor, limit }: Query) {
    if (service !== this.identity.name) {
      const detail = `This is ${this.identity.name}, which knows nothing of ${service}.`;
      throw new DomainError('invalid-request', detail, { errors: [{ pointer: '/query/service', detail }] });
    }
    return { service, limit, after: cursor === undefined ? undefined : idOfCursor(cursor) };
  }
}

const longestError = 200;

/** Neither the envelope, which may say anything, nor the stack of its error: whoever needs them may run the command. */
function toResponse(letter: DeadLetter): Omit<DeadLetterResponse, 'service'> {
  const [message = ''] = letter.error.split(/\n\s+at /, 1);
  return {
    id: letter.id,
    messageId: letter.message_id,
    topic: letter.aggregate_type,
    aggregateId: letter.aggregate_id,
    reason: letter.reason,
    error: message.slice(0, longestError),
    attempts: letter.attempts,
    createdAt: letter.created_at.toISOString(),
  };
}
