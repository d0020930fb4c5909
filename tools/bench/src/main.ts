import { explain } from '../../local/src/terminal/explain.ts';
import { progressSince } from '../../local/src/terminal/progress.ts';
import { benches } from './benches.ts';
import { run } from './run.ts';

const say = progressSince(performance.now());
run(benches, process.argv.slice(2), say)
  .then(({ output, allMet }) => {
    process.stdout.write(output);
    if (!allMet) process.exitCode = 1;
  })
  .catch((error: unknown) => {
    process.stderr.write(`${explain(error)}\n`);
    process.exitCode = 1;
  });
