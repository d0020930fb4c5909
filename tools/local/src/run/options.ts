import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { UserError } from '../user-error.ts';

/** What a run was asked to be. */
export interface RunOptions {
  /** The checkout. */
  readonly root: string;
  /** Everything that a run keeps lies in this folder. */
  readonly state: string;
  /** Where the ports begin; 0 takes free ones. */
  readonly portBase: number;
  readonly fresh: boolean;
  /** Stop after the first order. */
  readonly once: boolean;
  /** Place a first order at all. */
  readonly order: boolean;
  readonly postgres: 'one' | 'per-service';
  /** Messages go through Kafka instead of from service to service. */
  readonly kafka: boolean;
}

export const defaultPortBase = 3000;

const usage = `npm start -- [--kafka] [--once] [--fresh] [--no-order] [--state <folder>] [--port-base <port>] [--postgres one|per-service]`;

/** @throws UserError naming what is wrong and what is allowed */
export function readOptions(args: readonly string[], env: Readonly<NodeJS.ProcessEnv>, root: string): RunOptions {
  const flags = parse(args);
  const portBase = Number(flags['port-base'] ?? env['TOWPATH_PORT_BASE'] ?? defaultPortBase);
  const postgres = flags.postgres ?? env['TOWPATH_POSTGRES'] ?? 'one';
  if (!Number.isInteger(portBase) || (portBase !== 0 && (portBase < 1024 || portBase > 65_000))) {
    throw new UserError('The port base must be a number from 1024 to 65000, or 0 for any free ports.');
  }
  if (postgres !== 'one' && postgres !== 'per-service') {
    throw new UserError(`PostgreSQL can be "one" server or one "per-service", not "${postgres}".`);
  }
  return {
    root,
    state: resolve(root, flags.state ?? env['TOWPATH_STATE'] ?? '.towpath'),
    portBase,
    postgres,
    kafka: flags.kafka,
    fresh: flags.fresh,
    once: flags.once,
    order: !flags['no-order'],
  };
}

/** The file that tells scripts where everything is. */
export function localFile({ state }: Pick<RunOptions, 'state'>): string {
  return join(state, 'local.json');
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        kafka: { type: 'boolean', default: false },
        once: { type: 'boolean', default: false },
        fresh: { type: 'boolean', default: false },
        'no-order': { type: 'boolean', default: false },
        state: { type: 'string' },
        'port-base': { type: 'string' },
        postgres: { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new UserError(`${(error as Error).message.split('. ')[0]}. Usage: ${usage}`);
  }
}
