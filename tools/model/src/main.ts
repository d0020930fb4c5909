import { type Command, defaultBounds, describeBounds, readCommand } from './bounds.ts';
import { boundsOfMutations, type Mutation, mutations } from './mutations.ts';
import { rules } from './rules.ts';
import { search, type SearchResult } from './search.ts';

const sayEveryMs = 2_000;

try {
  process.exitCode = run(readCommand(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

function run({ bounds: named, without }: Command): number {
  const mutation = without === undefined ? undefined : mutationOf(without);
  const usual = mutation ? { ...boundsOfMutations, ...mutation.bounds } : defaultBounds;
  const bounds = { ...usual, ...named };
  console.log(`bounds: ${describeBounds(bounds)}`);
  if (mutation) console.log(`without the rule: ${mutation.rule}`);
  const result = search({
    bounds,
    rules: { ...rules, ...mutation?.without },
    harms: mutation && mutation.harms.length > 0 ? mutation.harms : undefined,
    say: throttled((progress) => process.stderr.write(`${progress}\n`)),
  });
  tell(result);
  return result.findings.length > 0 ? 1 : 0;
}

function mutationOf(words: string): Mutation {
  const found = mutations.find(({ rule }) => rule.includes(words));
  if (found) return found;
  throw new Error(`No rule says "${words}". These are there:\n${mutations.map(({ rule }) => `  ${rule}`).join('\n')}`);
}

function tell({ states, statesWithoutFaults, steps, ends, ms, findings }: SearchResult): void {
  const count = (number: number) => Math.round(number).toLocaleString('en');
  const perSecond = ((states + statesWithoutFaults) / ms) * 1_000;
  console.log(`${count(states)} states, and ${count(statesWithoutFaults)} once the faults have ended`);
  console.log(`${count(steps)} steps in ${(ms / 1_000).toFixed(1)} s, ${count(perSecond)} states/s`);
  console.log('ends (order, reservation, payment):');
  for (const [end, number] of Object.entries(ends).sort()) console.log(`  ${end}: ${count(number)}`);
  if (findings.length === 0) console.log('It holds: no state is harmful, and every way ends as it should.');
  for (const { harm, story } of findings) {
    console.log(`\nIt does not hold: ${harm}.`);
    story.forEach((line, index) => console.log(`${String(index + 1).padStart(4)}  ${line}`));
  }
}

function throttled(say: (progress: string) => void): (progress: string) => void {
  let saidAt = performance.now();
  return (progress) => {
    if (performance.now() - saidAt < sayEveryMs) return;
    saidAt = performance.now();
    say(progress);
  };
}
