import type { FaultResult } from './result.ts';

type Common = Pick<FaultResult, 'version' | 'transport' | 'date' | 'command' | 'commit' | 'machine' | 'versions'>;

/** One death of one process at one place, and what became of the work. */
export interface CrashPointDeath {
  /** As in `libs/failpoints/points.ts`. */
  readonly point: string;
  readonly side: 'before' | 'after';
  readonly seed: number;
  /** The point was reached, and the process died there. */
  readonly died: boolean;
  /** Every invariant held afterwards. */
  readonly holds: boolean;
  /** The invariants that did not. */
  readonly broken: readonly string[];
}

/** `crash-points.json` in a folder of `.towpath/faults`: all deaths of one sweep. */
export interface CrashPointsResult extends Common {
  readonly deaths: readonly CrashPointDeath[];
  readonly durationMs: number;
}

/** One guard taken out. */
export interface ControlRun {
  /** As in `libs/failpoints/guards.ts`; two that stand in for each other are taken out together. */
  readonly guards: readonly string[];
  readonly title: string;
  /** The invariant that must break, named beforehand. */
  readonly named: string;
  /** Those that broke. */
  readonly broken: readonly string[];
  readonly orders: number;
  readonly seed: number;
  /** Whether the re-drive sweep was off, as it would heal the harm. */
  readonly sweepOff: boolean;
  /** The same run with the guard in place passed; null: it was not made. */
  readonly baselinePassed: boolean | null;
  /** Where the guard is not on this transport. */
  readonly why?: string;
}

/** `controls.json` in a folder of `.towpath/faults`. */
export interface ControlsResult extends Common {
  readonly controls: readonly ControlRun[];
  readonly durationMs: number;
}
