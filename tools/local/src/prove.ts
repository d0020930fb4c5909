import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

import { onInterrupt } from './interrupt.ts';
import { doubleSubmit } from './prove/double-submit.figure.ts';
import type { Figure, Finding } from './prove/figure.ts';
import { idleOrders } from './prove/idle-orders.figure.ts';
import { kills } from './prove/kills.figure.ts';
import { lastItem } from './prove/last-item.figure.ts';
import { memory } from './prove/memory.figure.ts';
import { ProvedShop } from './prove/proved-shop.ts';
import { ScratchCheckout } from './prove/scratch-checkout.ts';
import { explain } from './terminal/explain.ts';
import { progressSince, type Say, table } from './terminal/progress.ts';
import { UserError } from './user-error.ts';

const root = join(import.meta.dirname, '../../..');
const results = join(root, '.towpath/prove');
const startLimitSeconds = 30;

/**
 * What is promised of a transport. Only Linux tells how much memory is shared, and brokers have a memory of their own. Kills last: a
 * process that was started anew needs less.
 */
function promised({ kafka }: { readonly kafka: boolean }): Record<string, Figure> {
  return {
    idleOrders: idleOrders(kafka ? 150 : 80),
    doubleSubmit,
    lastItem,
    ...(process.platform === 'linux' && !kafka && { memory }),
    kills,
  };
}

async function main(say: Say): Promise<void> {
  const kafka = isOnKafka(process.argv.slice(2));
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results, { recursive: true });
  say('Starting a shop of its own, from a copy in which nothing is built.');
  const checkout = new ScratchCheckout(root);
  const shop = new ProvedShop(checkout.folder, kafka ? ['--kafka'] : []);
  const interrupt = onInterrupt(() => process.exit(130));
  interrupt.addEventListener('abort', () => void shop.stop());
  try {
    const findings = await measure(shop, promised({ kafka }), say);
    process.stdout.write(`\n${describe(findings)}\n\nRaw samples: ${results}\n`);
    if (findings.some(({ met }) => !met)) process.exitCode = 1;
  } catch (error) {
    if (!interrupt.aborted) throw error;
    process.exitCode = 130;
  } finally {
    await shop.stop();
    checkout.remove();
  }
}

function isOnKafka(args: readonly string[]): boolean {
  const other = args.find((arg) => arg !== '--kafka');
  if (other !== undefined) throw new UserError(`Unknown option '${other}'. Usage: npm run prove [-- --kafka]`);
  return args.length > 0;
}

async function measure(shop: ProvedShop, figures: Record<string, Figure>, say: Say): Promise<Finding[]> {
  const findings = [keep('start', startFinding(await shop.ready()))];
  for (const [name, figure] of Object.entries(figures)) {
    say(`Measuring ${name}.`);
    findings.push(keep(name, await figure(shop, say)));
  }
  return findings;
}

function startFinding(seconds: number): Finding {
  return {
    figure: `start, nothing built (${availableParallelism()} cores)`,
    value: `first order accepted after ${seconds.toFixed(1)} s`,
    limit: `≤ ${startLimitSeconds} s`,
    met: seconds <= startLimitSeconds,
    samples: [seconds],
  };
}

function keep(name: string, finding: Finding): Finding {
  writeFileSync(join(results, `${name}.json`), JSON.stringify(finding, undefined, 2));
  return finding;
}

function describe(findings: readonly Finding[]): string {
  const rows = findings.map(({ figure, value, limit, met }) => [figure, value, limit, met ? 'met' : 'MISSED']);
  return table([['figure', 'value', 'limit', ''], ...rows]);
}

const say = progressSince(performance.now());
main(say).catch((error: unknown) => {
  process.stderr.write(`\n${explain(error)}\n`);
  process.exitCode = 1;
});
