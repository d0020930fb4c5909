import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Verdict } from './checker/check.ts';
import { History } from './history/history.ts';
import { FaultLog } from './nemesis/fault-log.ts';
import type { FaultRecord } from './result.ts';
import { RunNotes } from './run-notes.ts';

const scenario = { id: 'F7', title: 'Links are cut', transports: ['direct'] as const };
const holds: Verdict = { invariant: 'I1', holds: true, count: 0, checked: 10, examples: [] };
const broken: Verdict = { invariant: 'I4', holds: false, count: 2, checked: 10, examples: ['order a', 'order b'] };
const nothingLeft = { afterMs: 900, left: { orders: 0, reservations: 0, unpublished: 0, operations: 0, waiting: 0 } };

describe('notes of a run', () => {
  let folder: string;
  let history: History;
  let log: FaultLog;
  let notes: RunNotes;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'notes-'));
    history = new History(join(folder, 'history.jsonl'));
    log = new FaultLog(join(folder, 'faults.jsonl'));
    notes = new RunNotes(scenario, { transport: 'direct', seed: 42 });
    notes.follow(log);
  });

  afterEach(async () => {
    await history.close();
    rmSync(folder, { recursive: true });
  });

  const fault = (hit: boolean, more: Partial<FaultRecord> = {}) =>
    log.write({ atMs: 1, fault: 'partition', target: 'a→b', inFlight: Number(hit), hit, ...more });

  async function failures(): Promise<readonly string[]> {
    return (await notes.result(history)).failures;
  }

  it('When a fault hit work in flight and everything holds, then the run passed', async () => {
    fault(true, { recoveredMs: 70 });
    fault(false);
    notes.settled(nothingLeft);
    notes.judged([holds]);

    expect(await notes.result(history)).toMatchObject({
      passed: true,
      failures: [],
      command: 'npm run faults -- --scenario F7 --seed 42 --transport direct',
      faults: { made: 2, hit: 1, byKind: [{ fault: 'partition', made: 2, hit: 1 }] },
      recoveryMs: { partition: [70] },
      settledAfterMs: 900,
      invariants: [holds],
    });
  });

  it('When no fault hit work in flight, then the run has failed', async () => {
    fault(false);
    notes.settled(nothingLeft);
    notes.judged([holds]);

    expect(await failures()).toEqual(['No fault hit work in flight: nothing was shown.']);
  });

  it('When an invariant is broken, then the run has failed, with examples', async () => {
    fault(true);
    notes.judged([holds, broken]);

    expect(await failures()).toEqual(['I4 is broken 2 times: order a; order b']);
  });

  it('When the invariants were never looked at, then the run has failed', async () => {
    fault(true);

    expect(await failures()).toEqual(['The invariants were not looked at.']);
  });

  it('When an invariant had nothing to look at, then the run has failed', async () => {
    fault(true);
    notes.judged([holds, { ...holds, invariant: 'I14', checked: 0 }]);

    expect(await failures()).toEqual(['There was nothing in which I14 could have been broken.']);
  });

  it('When most orders came to nothing, then the run has failed', async () => {
    fault(true);
    notes.judged([holds]);
    notes.ended({ COMPLETED: 49, 'CANCELLED deadline': 51 });

    expect(await failures()).toEqual(['Only 49 of 100 orders were completed: the rest shows little of money.']);
  });

  it('When something is left to do, then the run has failed and says what', async () => {
    fault(true);
    notes.judged([holds]);
    notes.settled({ afterMs: null, left: { orders: 3, reservations: 2, unpublished: 1, operations: 0, waiting: 0 } });

    expect(await failures()).toEqual([
      'Left to do after 60 s: 3 orders, goods held for 2, 1 messages to publish, 0 operations at the provider, 0 messages that wait.',
    ]);
  });

  it('When a finding is not met, then the run has failed', async () => {
    fault(true);
    notes.judged([holds]);
    notes.found({ finding: 'ready again', value: 7, unit: 's', limit: 'at most 5', met: false });

    expect(await failures()).toEqual(['ready again: 7 s (at most 5)']);
  });

  it('When something broke off, then the run has failed with its words', async () => {
    fault(true);
    notes.judged([holds]);
    notes.failed(new Error('the shop did not start'));

    expect(await failures()).toEqual(['the shop did not start']);
  });
});
