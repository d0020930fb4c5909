import { newId } from '@towpath/database';

export type Role = 'customer' | 'admin';

/** A person whom the shop knows. The e-mail address is in lower case. */
export interface Account {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly passwordHash: string;
  readonly roles: readonly Role[];
}

export function newCustomer(email: string, name: string, passwordHash: string): Account {
  return { id: newId(), email, name, passwordHash, roles: ['customer'] };
}

export function newAdmin(email: string, passwordHash: string): Account {
  return { id: newId(), email, name: 'Admin', passwordHash, roles: ['customer', 'admin'] };
}
