import { parseArgs } from 'node:util';

import type { INestApplicationContext } from '@nestjs/common';

import { PaymentConfig } from '../payment.config.ts';
import { type Mismatch, whatToDo } from './mismatch.ts';
import { Reconcile } from './reconcile.use-case.ts';
import { ReconciliationRepository } from './reconciliation.repository.ts';
import { ReconciliationLock } from './reconciliation-lock.repository.ts';

const usage = 'Use:\n  reconcile [--days <how far back>] [--grace-ms <what changed within is under way>] [--json]';
const longestRunMs = 600_000;
const pageSize = 500;

/** Fails when there is any mismatch, so that whoever calls it notices. */
export const reconcileCommand = {
  name: 'reconcile',
  summary: 'holds what the provider charged, payments and ledger, and the orders against each other',
  async run(app: INestApplicationContext, args: readonly string[]): Promise<void> {
    const { json, ...options } = read(args, app.get(PaymentConfig));
    const progress = (text: string): void => void process.stderr.write(`reconcile: ${text}\n`);
    const result = await app.get(ReconciliationLock).whileHeld(longestRunMs, async (signal) => {
      const done = await app.get(Reconcile).execute({ ...options, signal, progress });
      // Before the next one makes what was found its own.
      await report(app.get(ReconciliationRepository), done.runId, json ? asJson(done.compared) : asText(done.compared));
      return done;
    });
    if (!result) throw new Error('Another reconciliation is under way and does not end. Try again later.');
    const { compared, mismatches } = result;
    if (mismatches > 0) throw new Error(`Mismatches: ${mismatches}, among ${compared} orders and charges.`);
  },
};

function read(args: readonly string[], config: PaymentConfig) {
  const options = { days: { type: 'string' }, 'grace-ms': { type: 'string' }, json: { type: 'boolean' } } as const;
  try {
    const { values } = parseArgs({ args: [...args], options });
    return {
      days: wholeNumber(values.days, 10_000) ?? config.reconcileDays,
      graceMs: wholeNumber(values['grace-ms'], 2 ** 31 - 1) ?? config.reconcileGraceMs,
      json: values.json ?? false,
    };
  } catch (cause) {
    throw new Error(usage, { cause });
  }
}

function wholeNumber(text: string | undefined, most: number): number | undefined {
  if (text !== undefined && !(/^\d+$/.test(text) && Number(text) <= most)) throw new Error(usage);
  return text === undefined ? undefined : Number(text);
}

interface Writing {
  readonly head: string;
  each(mismatch: Mismatch, first: boolean): string;
  readonly end: string;
}

const asText = (compared: number): Writing => ({
  head: `${compared} orders and charges compared.\n`,
  each: ({ kind, subject, detail }) => `\n${kind}  ${subject}\n  ${JSON.stringify(detail)}\n  ${whatToDo[kind]}\n`,
  end: '',
});

const asJson = (compared: number): Writing => ({
  head: `{"compared":${compared},"mismatches":[`,
  each: (mismatch, first) => `${first ? '' : ','}${JSON.stringify({ ...mismatch, todo: whatToDo[mismatch.kind] })}`,
  end: ']}\n',
});

/** Page by page: there may be more than fits in memory. */
async function report(
  repository: ReconciliationRepository,
  runId: string,
  { head, each, end }: Writing,
): Promise<void> {
  process.stdout.write(head);
  for (let last: Mismatch | undefined; ;) {
    const page = await repository.found(runId, last, pageSize);
    page.forEach((mismatch, index) => process.stdout.write(each(mismatch, !last && index === 0)));
    if (page.length < pageSize) break;
    last = page.at(-1);
  }
  process.stdout.write(end);
}
