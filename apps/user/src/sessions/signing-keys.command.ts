import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';

import type { INestApplicationContext } from '@nestjs/common';

import { RotateSigningKey } from './rotate-signing-key.use-case.ts';
import { type ScheduledKey, signer, SigningKeys } from './signing-keys.ts';

const usage = `Use:
  keys list
  keys rotate [--by <who>]`;

/** The keys of access tokens, for those who look after them. */
export const keysCommand = {
  name: 'keys',
  summary: 'lists the keys of access tokens, or adds one that takes over',
  async run(app: INestApplicationContext, args: readonly string[]): Promise<void> {
    const { action, by } = parse(args);
    if (action === 'rotate') console.log(await rotate(app.get(RotateSigningKey), by));
    else console.log(list(app.get(SigningKeys).all));
  },
};

async function rotate(rotation: RotateSigningKey, by: string): Promise<string> {
  const { added, activeFrom, dropped } = await rotation.execute(by);
  return [
    `Added: ${added}. It is published now and signs from ${activeFrom.toISOString()}.`,
    ...dropped.map((kid) => `Dropped: ${kid}. No token that it signed is alive.`),
  ].join('\n');
}

function list(newestFirst: readonly ScheduledKey[]): string {
  const current = signer(newestFirst, Date.now());
  const after = newestFirst.indexOf(current);
  return newestFirst
    .map((key, index) => {
      const since = key.activeFromMs === -Infinity ? 'the beginning' : new Date(key.activeFromMs).toISOString();
      const does =
        index < after ? `signs from ${since}` : index === after ? `signs since ${since}` : `signed since ${since}`;
      return `${key.publicJwk.kid}  ${does}`;
    })
    .join('\n');
}

function parse(args: readonly string[]): { action: 'list' | 'rotate'; by: string } {
  const { positionals, values } = parsed(args);
  const [action, ...more] = positionals;
  if ((action !== 'list' && action !== 'rotate') || more.length > 0) throw new Error(usage);
  return { action, by: values.by ?? account() };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: { by: { type: 'string' } } });
  } catch (cause) {
    throw new Error(usage, { cause });
  }
}

/** Who is logged in at this machine; in a container that may be a number without a name. */
function account(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.());
  }
}
