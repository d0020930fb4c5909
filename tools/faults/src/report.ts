import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { explain, UserError } from '@towpath/local';

import { writeReport } from './report/write-report.ts';
import { runsFolder } from './run-folder.ts';

const root = join(import.meta.dirname, '../../..');

/** Where the results are; those of another machine may be told of too. */
function folderOf(args: string[]): string {
  try {
    return resolve(parseArgs({ args, options: { runs: { type: 'string', default: runsFolder } } }).values.runs);
  } catch {
    throw new UserError('Usage: npm run faults:report [-- --runs <folder>]');
  }
}

try {
  process.stdout.write(`${writeReport(root, folderOf(process.argv.slice(2)))}\n`);
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = 1;
}
