import { Injectable } from '@nestjs/common';
import type { ProblemCode } from '@towpath/api';
import { Database, type Transaction, uniqueViolation } from '@towpath/database';
import { DomainError, type DomainErrorOptions } from '@towpath/errors';
import type { NamedTransaction } from '@towpath/failpoints';

import { IdempotencyKeyRepository } from './idempotency-key.repository.ts';
import type { IdempotencyKey, StoredAnswer } from './idempotency-key.ts';

interface Refusal extends Pick<DomainErrorOptions, 'errors'> {
  readonly code: ProblemCode;
  readonly detail: string;
}

interface Work {
  /** Of its transaction. */
  readonly name?: NamedTransaction;
  /** Does it and stores the answer under the key; or refuses, before it stores anything. `now` is the database's time. */
  first(tx: Transaction, now: Date): Promise<StoredAnswer>;
  /**
   * In a new transaction, after the first ran into what another request had stored: throws the refusal that this means.
   * Needless where that can only be the answer to the same key.
   */
  lost?(tx: Transaction): Promise<never>;
}

/** Gives each key one answer, however often and however simultaneously it is asked. */
@Injectable()
export class OncePerKey {
  constructor(
    private readonly database: Database,
    private readonly keys: IdempotencyKeyRepository,
  ) {}

  /**
   * What the work answers, or answered the first time. A refusal that it throws is its answer too.
   * @throws InProgress, KeyReused, and what the work refuses with
   */
  async answer(key: IdempotencyKey, { name, first, lost }: Work): Promise<StoredAnswer> {
    try {
      return given(await this.attempt(name, key, first));
    } catch (error) {
      if (uniqueViolation(error) === undefined) throw error;
      return given(await this.attempt(name, key, lost ?? first));
    }
  }

  private attempt(
    name: NamedTransaction | undefined,
    key: IdempotencyKey,
    work: (tx: Transaction, now: Date) => Promise<StoredAnswer>,
  ): Promise<StoredAnswer> {
    return this.database.namedTransaction(name, async (tx) => {
      const { earlier, now } = await this.keys.claim(tx, key);
      if (earlier) return { ...earlier, headers: { ...earlier.headers, 'idempotency-replayed': 'true' } };
      try {
        return await work(tx, now);
      } catch (error) {
        const refused = refusal(error);
        await this.keys.store(tx, key, refused);
        return refused;
      }
    });
  }
}

/** @throws the error itself when it is no answer: what was asked may still be done */
function refusal(error: unknown): StoredAnswer {
  if (!(error instanceof DomainError) || error.status >= 500 || error.code === 'rate-limited') throw error;
  const { code, message: detail, status, headers, errors } = error;
  return { status, headers, body: { code, detail, errors } satisfies Refusal };
}

function given(answer: StoredAnswer): StoredAnswer {
  if (answer.status < 400) return answer;
  const { code, detail, errors } = answer.body as Refusal;
  throw new DomainError(code, detail, { errors, headers: answer.headers });
}
