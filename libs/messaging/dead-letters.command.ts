import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';

import type { INestApplicationContext } from '@nestjs/common';

import { DeadLetters } from './dead-letters.ts';

const usage = `Use:
  dead-letters list
  dead-letters show <id>
  dead-letters redrive <id> --by <who> --why <reason>
  dead-letters discard <id> --by <who> --why <reason> [--yes]`;

const listedAtMost = 100;

interface Asked {
  readonly letters: DeadLetters;
  readonly id: string;
  readonly by?: string;
  readonly why?: string;
  readonly yes: boolean;
}

const actions: Record<string, (asked: Asked) => Promise<string>> = {
  list: async ({ letters }) => {
    const open = await letters.list(listedAtMost + 1);
    const lines = open
      .slice(0, listedAtMost)
      .map((each) =>
        [each.id, each.created_at.toISOString(), each.aggregate_type, each.aggregate_id, each.reason].join('  '),
      );
    if (open.length > listedAtMost) lines.push(`There are more than these ${listedAtMost}, the oldest.`);
    return open.length === 0 ? 'There are no open dead letters.' : lines.join('\n');
  },
  show: async ({ letters, id }) => JSON.stringify(await letters.show(required(id, '<id>')), null, 2),
  redrive: async ({ letters, id, by, why }) => {
    await letters.redrive(required(id, '<id>'), required(by, '--by'), required(why, '--why'));
    return `Redriven: ${id} and what waited behind it are handled.`;
  },
  discard: async ({ letters, id, by, why, yes }) => {
    const letter = await letters.show(required(id, '<id>'));
    const question = `Go on without ${letter.reason} message ${letter.message_id} of ${letter.aggregate_type}/${letter.aggregate_id}?`;
    required(by, '--by');
    required(why, '--why');
    if (!yes && !(await confirmed(question))) return 'Nothing was discarded.';
    await letters.discard(id, required(by, '--by'), required(why, '--why'));
    return `Discarded: ${id}.`;
  },
};

/** What a person does about messages that failed for good, in the database of the service whose bundle this is. */
export const deadLettersCommand = {
  name: 'dead-letters',
  summary: 'lists, shows, redrives or discards messages that failed for good',
  async run(app: INestApplicationContext, args: readonly string[]): Promise<void> {
    const { values, positionals } = parse(args);
    const [name = '', id = '', ...rest] = positionals;
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    // What is not understood is not left out: whoever names two letters means two.
    if (!action || rest.length > 0 || (name === 'list' && id !== '')) throw new Error(usage);
    console.log(await action({ letters: app.get(DeadLetters), id, by: values.by, why: values.why, yes: values.yes }));
  },
};

function parse(args: readonly string[]) {
  const options = {
    by: { type: 'string' },
    why: { type: 'string' },
    yes: { type: 'boolean', default: false },
  } as const;
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (cause) {
    throw new Error(usage, { cause });
  }
}

function required(value: string | undefined, name: string): string {
  if (!value?.trim()) throw new Error(`${name} is missing.\n${usage}`);
  return value;
}

async function confirmed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new Error('Nobody is there to ask: add --yes to discard without a question.');
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`${question} [y/N] `).finally(() => terminal.close());
  return answer.trim().toLowerCase() === 'y';
}
