import { parseArgs } from 'node:util';

import type { Bench, Finding } from './bench.ts';
import { describe } from './describe.ts';
import { type Say, UsageError } from './terminal.ts';

type Benches = Readonly<Record<string, Bench>>;

export interface Outcome {
  readonly output: string;
  readonly allMet: boolean;
}

/** Runs the benches that the arguments name one after the other, or all when they name none. @throws UsageError for wrong arguments */
export async function run(benches: Benches, args: readonly string[], say: Say): Promise<Outcome> {
  const { json, names } = readArguments(args, Object.keys(benches));
  const findings: Finding[] = [];
  for (const name of names) {
    // Who asked for JSON reads nothing else there.
    const tell = json ? () => undefined : say;
    tell(`${name}: measures ${benches[name].measures}.`);
    findings.push(...(await benches[name].run(tell)));
  }
  return {
    output: json ? `${JSON.stringify(findings, undefined, 2)}\n` : `\n${describe(findings)}\n`,
    allMet: findings.every(({ met }) => met),
  };
}

function readArguments(args: readonly string[], known: readonly string[]) {
  const usage = `Usage: npm run bench -- [--json] [${known.join('|')} …]`;
  const { values, positionals } = parse(args, usage);
  const unknown = positionals.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new UsageError(`There is no bench "${unknown}". ${usage}`);
  return { json: values.json, names: positionals.length > 0 ? positionals : known };
}

function parse(args: readonly string[], usage: string) {
  try {
    const options = { json: { type: 'boolean', default: false } } as const;
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split('. ')[0]}. ${usage}`);
  }
}
