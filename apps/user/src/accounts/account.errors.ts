import { DomainError } from '@towpath/errors';

/** Does not tell which of the two is wrong. */
export class WrongCredentials extends DomainError {
  constructor() {
    super('unauthenticated', 'The e-mail address or the password is wrong.', {
      headers: { 'www-authenticate': 'Bearer' },
    });
  }
}

/** The token is good, and what was sent to prove that its owner sent it is not. */
export class WrongPassword extends DomainError {
  constructor() {
    super('wrong-password', 'The current password is not what was sent.');
  }
}

/** A password that everybody tries first. `pointer` is where in the request it is. */
export class BreachedPassword extends DomainError {
  constructor(pointer: string) {
    const detail = 'is known from a data breach: choose another';
    super('invalid-request', `${pointer}: ${detail}`, { errors: [{ pointer, detail }] });
  }
}

/** Somebody must be left who can look after the shop. */
export class LastAdmin extends DomainError {
  constructor() {
    super('illegal-state', 'This is the last admin. Make somebody else an admin first.');
  }
}
