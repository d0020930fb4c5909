import { randomInt } from 'node:crypto';

import { explain, onInterrupt, progressSince } from '@towpath/local';

import { readArguments } from './run-arguments.ts';
import { runCommand } from './run-command.ts';

const say = progressSince(performance.now());
const print = (text: string) => void process.stdout.write(`${text}\n`);
const mostSeed = 1_000_000;

// What was started is guarded: it ends with us, also when we do not wait.
const interrupt = onInterrupt(() => process.exit(130));
interrupt.addEventListener('abort', () => say('Stopping all that was started.'));

async function main(): Promise<void> {
  const asked = readArguments(process.argv.slice(2), () => randomInt(mostSeed));
  const passed = await runCommand(asked, { say, print, interrupt });
  // Customers of a run that broke off would go on asking for a while.
  process.exit(passed ? 0 : interrupt.aborted ? 130 : 1);
}

main().catch((error: unknown) => {
  process.stderr.write(`\n${explain(error)}\n`);
  process.exitCode = 1;
});
