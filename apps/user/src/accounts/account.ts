import type { UserResponse } from '@towpath/api';
import { newId } from '@towpath/database';

export const roles = ['customer', 'admin'] as const;
export type Role = (typeof roles)[number];

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

export function toResponse(account: Account & { readonly createdAt: Date }): UserResponse {
  const { id, email, name, createdAt } = account;
  return { id, email, name, roles: [...account.roles], createdAt: createdAt.toISOString() };
}
