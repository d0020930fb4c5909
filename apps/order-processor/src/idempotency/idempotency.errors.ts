import { DomainError } from '@towpath/errors';

export class InProgress extends DomainError {
  constructor() {
    super('in-progress', 'A request with this Idempotency-Key is being worked on.', {
      headers: { 'retry-after': '1' },
    });
  }
}

export class KeyReused extends DomainError {
  constructor() {
    super('key-reused', 'This Idempotency-Key belongs to a request with another body.');
  }
}
