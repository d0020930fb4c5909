import { benches } from './benches.ts';
import { run } from './run.ts';
import { progress, UsageError } from './terminal.ts';

run(benches, process.argv.slice(2), progress())
  .then(({ output, allMet }) => {
    process.stdout.write(output);
    if (!allMet) process.exitCode = 1;
  })
  .catch((error: unknown) => {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
