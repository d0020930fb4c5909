import { newId, type Sql, type Transaction } from '@towpath/database';

import { IdempotencyKeyRepository } from './idempotency-key.repository.ts';
import type { IdempotencyKey, StoredAnswer } from './idempotency-key.ts';

/** Test builds only: no request has the key of another. */
export class WithoutIdempotencyKeys extends IdempotencyKeyRepository {
  override claim(tx: Transaction, key: IdempotencyKey): ReturnType<IdempotencyKeyRepository['claim']> {
    return super.claim(tx, { ...key, key: newId() });
  }

  override clauses(key: IdempotencyKey, answer: StoredAnswer): Sql {
    return super.clauses({ ...key, key: newId() }, answer);
  }
}
