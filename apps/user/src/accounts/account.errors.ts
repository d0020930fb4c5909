import { DomainError } from '@towpath/errors';

/** Does not tell which of the two is wrong. */
export class WrongCredentials extends DomainError {
  constructor() {
    super('unauthenticated', 'The e-mail address or the password is wrong.', {
      headers: { 'www-authenticate': 'Bearer' },
    });
  }
}

/** The token is good, its owner is gone. */
export class AccountGone extends DomainError {
  constructor() {
    super('unauthenticated', 'The account of this access token is gone.', {
      headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
    });
  }
}
