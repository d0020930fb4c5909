import { join } from 'node:path';

import type { History } from '../history/history.ts';
import { dumpTables } from './dump-tables.ts';
import { type CheckedShop, type Evidence, openDatabases, withEvidence } from './evidence.ts';
import type { Expected } from './expected.ts';
import { durability, oneAnswerPerKey, oneOrderPerCart } from './invariants/answers.ts';
import { effectsOnce } from './invariants/effects.ts';
import { nothingIllegal, nothingVanishes } from './invariants/exceptions.ts';
import { liveness } from './invariants/liveness.ts';
import { chargedOnce, ledgerBalances, noGoodsWithoutMoney, noMoneyWithoutOrder } from './invariants/money.ts';
import { inOrder } from './invariants/streams.ts';
import { isolation, provenIdentity } from './invariants/trust.ts';
import { OrderRepository } from './order.repository.ts';
import { type Invariant, type InvariantName, type Verdict, verdict } from './verdict.ts';

export { type CheckedShop } from './evidence.ts';
export { type Expected } from './expected.ts';
export { type InvariantName, type Verdict } from './verdict.ts';

/** The table of invariants: each name is that of its row in the list of what must hold. */
export const invariants: Readonly<Record<InvariantName, Invariant>> = {
  I1: durability,
  I2: oneOrderPerCart,
  I3: oneAnswerPerKey,
  I4: chargedOnce,
  I5: noMoneyWithoutOrder,
  I6: noGoodsWithoutMoney,
  I7: ledgerBalances,
  I8: liveness,
  I9: inOrder,
  I10: effectsOnce,
  I11: nothingIllegal,
  I12: nothingVanishes,
  I13: isolation,
  I14: provenIdentity,
};

/**
 * Looks at all invariants, once the shop has settled or was given the time to. Where one does not hold, every table is
 * written to `tables` in the folder, if one is given.
 */
export async function check(
  shop: CheckedShop,
  history: History,
  expected: Expected = {},
  folder?: string,
): Promise<Verdict[]> {
  const verdicts = await withEvidence(shop, history, expected, judge);
  if (folder !== undefined && verdicts.some(({ holds }) => !holds)) await dumpTables(shop, join(folder, 'tables'));
  return verdicts;
}

async function judge(evidence: Evidence): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const [name, invariant] of Object.entries(invariants)) {
    verdicts.push(verdict(name as InvariantName, await invariant(evidence)));
  }
  return verdicts;
}

/** How many orders ended how: `COMPLETED`, `CANCELLED declined` … */
export async function ends(shop: Pick<CheckedShop, 'databases'>): Promise<Record<string, number>> {
  const databases = openDatabases(shop);
  try {
    const rows = await new OrderRepository(databases['order-processor']).ends();
    return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
  } finally {
    await Promise.all(Object.values(databases).map((database) => database.close()));
  }
}
