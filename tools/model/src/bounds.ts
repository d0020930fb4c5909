import { parseArgs } from 'node:util';

import type { Bounds } from './world.ts';

/** One of each, which every test run explores. */
export const defaultBounds: Bounds = { losses: 1, duplicates: 1, earlySweeps: 1, blocks: 1, cancels: 1, refunds: 1 };

const options: Readonly<Record<string, keyof Bounds>> = {
  losses: 'losses',
  duplicates: 'duplicates',
  'early-sweeps': 'earlySweeps',
  blocks: 'blocks',
  cancels: 'cancels',
  refunds: 'refunds',
};

export interface Command {
  /** Those that were named. */
  readonly bounds: Partial<Bounds>;
  /** Words of a rule that is to be taken out. */
  readonly without?: string;
}

/** @throws Error with a sentence for whoever typed it */
export function readCommand(args: readonly string[]): Command {
  const kinds = Object.fromEntries(
    [...Object.keys(options), 'without'].map((name) => [name, { type: 'string' as const }]),
  );
  const { values } = parseArgs({ args: [...args], options: kinds });
  const { without, ...numbers } = values as Record<string, string>;
  const bounds = Object.entries(numbers).map(([name, text]) => [options[name], numberOf(name, text)]);
  return { bounds: Object.fromEntries(bounds), without };
}

export function describeBounds(bounds: Bounds): string {
  return Object.entries(options)
    .map(([name, key]) => `--${name} ${bounds[key]}`)
    .join(' ');
}

function numberOf(name: string, text: string): number {
  if (!/^\d$/.test(text)) throw new Error(`--${name} is a number from 0 to 9, not "${text}".`);
  return Number(text);
}
