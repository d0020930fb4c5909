import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { onInterrupt } from './interrupt.ts';
import { whyNoKafka } from './kafka/installation.ts';
import { readKafkaOptions } from './kafka/kafka-options.ts';
import { KafkaRun } from './kafka/kafka-run.ts';
import { explain } from './terminal/explain.ts';

/** Facts are for programs, one JSON object a line; sentences are for people, and go to the error output. */
const tell = (fact: object) => process.stdout.write(`${JSON.stringify(fact)}\n`);
const say = (sentence: string) => process.stderr.write(`${sentence}\n`);

async function main(): Promise<void> {
  // Whoever reads us may be gone before we are.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const options = readKafkaOptions(process.argv.slice(2), join(import.meta.dirname, '../../..'));
  if (options.check) return tellWhyNot();
  const run = new KafkaRun(options, say, (broker, pid) => tell({ broker, pid }));
  const asked = askedToStop(run);
  const commands = options.control ? obeyed(run) : new Promise<never>(() => undefined);
  try {
    await Promise.race([run.start().then(tell), asked, commands]);
    await Promise.race([asked, commands]);
  } finally {
    await run.stop();
  }
}

function tellWhyNot(): void {
  const why = whyNoKafka();
  if (why === undefined) return;
  say(why);
  process.exitCode = 1;
}

function askedToStop(run: KafkaRun): Promise<void> {
  const interrupt = onInterrupt(() => void run.kill().then(() => process.exit(130)));
  return new Promise((resolve) => interrupt.addEventListener('abort', () => resolve()));
}

/** Resolves when nobody is there any more to say what to do. */
async function obeyed(run: KafkaRun): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) await run.obey(line);
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    say(explain(error));
    process.exit(1);
  },
);
