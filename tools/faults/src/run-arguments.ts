import { parseArgs } from 'node:util';

import { UserError } from '@towpath/local';

import type { TransportName } from './shop/fault-shop.ts';

/** What was asked for on the command line. */
export interface Arguments {
  /** `list`, `all`, or the name of a scenario or of another command. */
  readonly what: string;
  readonly transport: TransportName;
  readonly seed: number;
  readonly orders?: number;
  /** Of crash points: how many seeds, counted from `seed`. */
  readonly seeds: number;
  /** Keep what a passing run leaves too. */
  readonly keep: boolean;
}

export const usage = `npm run faults -- <F1 … F26|gate|release|outage|recovery|crash-points|controls|all|list>
                      [--transport direct|kafka] [--seed <number>] [--orders <number>] [--seeds <number>] [--keep]`;

const transports: readonly string[] = ['direct', 'kafka'] satisfies TransportName[];

/** @throws UserError saying what is wrong and what is allowed. Without a seed one is drawn: it is printed. */
export function readArguments(args: readonly string[], drawSeed: () => number): Arguments {
  const { values, positionals } = parse(args);
  const [what, ...more] = [...(values.scenario === undefined ? [] : [values.scenario]), ...positionals];
  if (what === undefined) throw new UserError(`Say what to run. Usage:\n${usage}`);
  if (more.length > 0) throw new UserError(`One at a time: ${what}, or ${more.join(', ')}?`);
  if (!transports.includes(values.transport)) {
    throw new UserError(`The transport is "direct" or "kafka", not "${values.transport}".`);
  }
  return {
    what,
    transport: values.transport as TransportName,
    seed: whole('seed', values.seed, 0) ?? drawSeed(),
    orders: whole('orders', values.orders, 1),
    seeds: whole('seeds', values.seeds, 1) ?? 1,
    keep: values.keep,
  };
}

type Repeatable = Omit<Arguments, 'keep' | 'seeds'> & Partial<Pick<Arguments, 'seeds'>>;

/** What repeats a run. */
export function commandOf({ what, transport, seed, orders, seeds = 1 }: Repeatable): string {
  const size = orders === undefined ? '' : ` --orders ${orders}`;
  const many = seeds === 1 ? '' : ` --seeds ${seeds}`;
  return `npm run faults -- --scenario ${what} --seed ${seed} --transport ${transport}${size}${many}`;
}

function whole(name: string, given: string | undefined, least: number): number | undefined {
  if (given === undefined) return undefined;
  const value = Number(given);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new UserError(`--${name} is a whole number from ${least}, not "${given}".`);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        scenario: { type: 'string' },
        transport: { type: 'string', default: 'direct' },
        seed: { type: 'string' },
        orders: { type: 'string' },
        seeds: { type: 'string' },
        keep: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new UserError(`${(error as Error).message.split('. ')[0]}. Usage:\n${usage}`);
  }
}
