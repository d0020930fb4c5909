import { join, resolve } from 'node:path';

import { environment } from './environment.ts';
import { runCommand } from './run/service-command.ts';
import { explain } from './terminal/explain.ts';

const root = join(import.meta.dirname, '../../..');
const state = resolve(root, environment['TOWPATH_STATE'] ?? '.towpath');

runCommand({ root, state }, process.argv.slice(2), environment).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${explain(error)}\n`);
    process.exitCode = 1;
  },
);
