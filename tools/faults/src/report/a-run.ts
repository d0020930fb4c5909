import type { FaultResult } from '../result.ts';
import type { ControlRun, ControlsResult, CrashPointDeath, CrashPointsResult } from '../sweep-result.ts';

const common = {
  version: 1,
  transport: 'direct',
  date: '2026-01-02T03:04:05.000Z',
  commit: 'abc1234',
  machine: { cpu: 'A Processor', cores: 2, memoryGb: 8, os: 'Linux 6.1' },
  versions: { node: '24.21.0' },
} as const;

const names = Array.from({ length: 14 }, (_, index) => `I${index + 1}`);

/** The result of a run in which all went well, but for what is said. For tests. */
export const aRun = (more: Partial<FaultResult> = {}, broken: Readonly<Record<string, number>> = {}): FaultResult => ({
  ...common,
  scenario: 'F1',
  title: 'Processes are killed',
  seed: 42,
  command: `npm run faults -- --scenario ${more.scenario ?? 'F1'} --seed 42 --transport ${more.transport ?? 'direct'}`,
  passed: Object.keys(broken).length === 0,
  failures: [],
  orders: { asked: 120, ok: 100, fail: 20, unknown: 0, ends: { COMPLETED: 90, CANCELLED: 10 } },
  answers: { '2xx': 200 },
  faults: { made: 30, hit: 25, byKind: [{ fault: 'kill payment', made: 30, hit: 25 }] },
  invariants: names.map((invariant) => {
    const { [invariant]: count = 0 } = broken;
    return { invariant, holds: count === 0, count, checked: 100, examples: [] };
  }),
  findings: [],
  recoveryMs: { 'kill payment': [900, 1_000, 4_100] },
  backlog: [],
  settledAfterMs: 2_500,
  durationsMs: { start: 1, prepare: 1, load: 1, settle: 1, check: 1, whole: 61_000 },
  ...more,
});

export const aDeath = (more: Partial<CrashPointDeath> = {}): CrashPointDeath => ({
  point: 'checkout.commit',
  side: 'before',
  seed: 1,
  died: true,
  holds: true,
  broken: [],
  ...more,
});

export const aSweep = (...deaths: CrashPointDeath[]): CrashPointsResult => ({
  ...common,
  command: 'npm run faults -- crash-points --seed 1',
  deaths,
  durationMs: 600_000,
});

export const aControl = (more: Partial<ControlRun> = {}): ControlRun => ({
  guards: ['outbox'],
  title: 'the outbox: published after the commit',
  named: 'I8',
  broken: ['I8'],
  orders: 2_000,
  seed: 1,
  sweepOff: true,
  baselinePassed: true,
  ...more,
});

export const someControls = (...controls: ControlRun[]): ControlsResult => ({
  ...common,
  command: 'npm run faults -- controls --seed 1',
  controls,
  durationMs: 600_000,
});
