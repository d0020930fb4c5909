import { parseArgs } from 'node:util';

import type { INestApplicationContext } from '@nestjs/common';
import { register } from '@towpath/api';

import { type Role, roles } from './account.ts';
import { ChangeRoles, type RoleChange } from './change-roles.use-case.ts';

const usage = `Use:
  roles grant <email> <role> --by <who>
  roles revoke <email> <role> --by <who>
A role is one of ${roles.join(', ')}.`;

/** Who may do what is decided by whoever may run commands, and by nobody over HTTP. */
export const rolesCommand = {
  name: 'roles',
  summary: 'gives a role to somebody or takes it away, and logs them out',
  async run(app: INestApplicationContext, args: readonly string[]): Promise<void> {
    const asked = parse(args);
    await app.get(ChangeRoles).execute(asked);
    const done = asked.change === 'grant' ? 'Granted' : 'Revoked';
    console.log(`${done}: ${asked.role}, ${asked.email}. Whoever was logged in there has to log in again.`);
  },
};

function parse(args: readonly string[]): RoleChange {
  const { positionals, values } = parsed(args);
  const [change, email, role, ...more] = positionals;
  const address = register.body.shape.email.safeParse(email);
  if ((change !== 'grant' && change !== 'revoke') || !isRole(role) || more.length > 0) throw new Error(usage);
  if (!address.success) throw new Error(`${email} is no e-mail address.\n${usage}`);
  if (!values.by) throw new Error(`--by is missing: say who asks for it.\n${usage}`);
  return { change, email: address.data, role, by: values.by };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: { by: { type: 'string' } } });
  } catch (cause) {
    throw new Error(usage, { cause });
  }
}

function isRole(text: string | undefined): text is Role {
  return roles.some((role) => role === text);
}
