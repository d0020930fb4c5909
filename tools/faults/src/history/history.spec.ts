import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Attempt, type HistoryLine, outcomeOf } from './attempt.ts';
import { History } from './history.ts';
import { summarise } from './summary.ts';

const attempt: Omit<Attempt, 'is'> = {
  at: Date.UTC(2026, 0, 1),
  ms: 12,
  deed: 'checkout',
  try: 1,
  customer: 'ada',
  proof: 'valid',
  checkout: 'checkout-1',
  status: 201,
  outcome: 'ok',
};

describe('history', () => {
  let folder: string;
  let history: History;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'towpath-history-'));
    history = new History(join(folder, 'run', 'history.jsonl'));
  });

  afterEach(async () => {
    await history.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    [201, undefined, 'ok'],
    [404, 'not-found', 'fail'],
    [409, 'already-checked-out', 'fail'],
    [422, 'key-reused', 'fail'],
    [409, 'in-progress', 'unknown'],
    [401, 'unauthenticated', 'unknown'],
    [408, 'request-timeout', 'unknown'],
    [429, 'rate-limited', 'unknown'],
    [500, 'internal', 'unknown'],
    [503, 'overloaded', 'unknown'],
    [undefined, undefined, 'unknown'],
  ])('When the answer is %s %s, then it is %s whether it worked', (status, code, outcome) => {
    expect(outcomeOf(status, code)).toBe(outcome);
  });

  it('When it is read, then it is what was recorded, in order, also once it is closed', async () => {
    history.stocked({ productId: 'windlass', quantity: 3 });
    history.record(attempt);

    const open = await all(history);
    await history.close();

    const recorded = [
      { is: 'stocked', productId: 'windlass', quantity: 3 },
      { is: 'attempt', ...attempt },
    ];
    expect([open, await all(history)]).toEqual([recorded, recorded]);
  });

  it('When it is summed up, then doubles are one checkout, and a definite answer outweighs an unknown one', async () => {
    const lost = { outcome: 'unknown', status: undefined, error: 'timeout' } as const;
    history.record({ ...attempt, ...lost });
    history.record({ ...attempt, try: 2 });
    history.record({ ...attempt, ...lost, error: 'ECONNRESET' });
    history.record({ ...attempt, checkout: 'checkout-2', status: 422, outcome: 'fail' });
    history.record({ ...attempt, ...lost, checkout: 'checkout-2', try: 2, status: 503 });
    history.record({ ...attempt, ...lost, checkout: 'checkout-3', status: 500 });
    history.record({ ...attempt, deed: 'read', proof: 'none', checkout: undefined, status: 401, outcome: 'unknown' });

    expect(await summarise(history.lines())).toEqual({
      orders: { asked: 3, ok: 1, fail: 1, unknown: 1 },
      answers: { timeout: 1, '2xx': 1, reset: 1, '4xx': 2, '503': 1, '5xx': 1 },
      brokenFirstAttempts: {
        count: 3,
        examples: [
          'checkout at 2026-01-01T00:00:00.000Z: no answer (timeout)',
          'checkout at 2026-01-01T00:00:00.000Z: no answer (ECONNRESET)',
          'checkout at 2026-01-01T00:00:00.000Z: 500',
        ],
      },
    });
  });
});

async function all(history: History): Promise<HistoryLine[]> {
  const lines: HistoryLine[] = [];
  for await (const line of history.lines()) lines.push(line);
  return lines;
}
