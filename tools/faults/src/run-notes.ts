import type { Backlog } from './checker/backlog.ts';
import type { Verdict } from './checker/check.ts';
import { describeLeft, type Settled } from './checker/settle.ts';
import type { History } from './history/history.ts';
import { summarise } from './history/summary.ts';
import type { FaultLog } from './nemesis/fault-log.ts';
import type { FaultResult, ScenarioFinding } from './result.ts';
import { commandOf } from './run-arguments.ts';
import { commit, machineFacts, versions } from './run-facts.ts';
import type { Named } from './scenarios/scenario.ts';
import type { TransportName } from './shop/fault-shop.ts';

type Phase = 'start' | 'prepare' | 'load' | 'settle' | 'check';

interface Asked {
  readonly transport: TransportName;
  readonly seed: number;
  readonly orders?: number;
  readonly seeds?: number;
}

/** Of all orders. Some are declined, cancelled or sold out; many more say that the shop could not keep up. */
const leastCompleted = 0.5;

/** What is noted during a run, and the result that it adds up to. */
export class RunNotes {
  readonly command: string;
  private readonly scenario: Named;
  private readonly asked: Asked;
  private readonly date = new Date().toISOString();
  private readonly failures: string[] = [];
  private readonly findings: ScenarioFinding[] = [];
  private readonly began: { phase: Phase; at: number }[] = [{ phase: 'start', at: performance.now() }];
  private log: FaultLog | undefined;
  private backlog: Backlog | undefined;
  private invariants: readonly Verdict[] = [];
  private settledAfterMs: number | null = null;
  private ends: Readonly<Record<string, number>> = {};

  constructor(scenario: Named, asked: Asked) {
    this.scenario = scenario;
    this.asked = asked;
    this.command = commandOf({ ...asked, what: scenario.id });
  }

  /** The one before is over. */
  phase(phase: Phase): void {
    this.began.push({ phase, at: performance.now() });
  }

  failed(why: unknown): void {
    this.failures.push(why instanceof Error ? why.message : String(why));
  }

  get hasFailed(): boolean {
    return this.failures.length > 0 || this.brokenRules().length > 0;
  }

  follow(log: FaultLog): void {
    this.log = log;
  }

  watch(backlog: Backlog): void {
    this.backlog = backlog;
  }

  /** Orders that are on their way, as counted last. */
  get unsettled(): number {
    return this.backlog?.samples.at(-1)?.unsettled ?? 0;
  }

  found(finding: ScenarioFinding): void {
    this.findings.push(finding);
  }

  settled({ afterMs, left }: Settled): void {
    this.settledAfterMs = afterMs;
    if (afterMs === null) this.failures.push(`Left to do after 60 s: ${describeLeft(left)}.`);
  }

  judged(verdicts: readonly Verdict[]): void {
    this.invariants = verdicts;
  }

  ended(ends: Readonly<Record<string, number>>): void {
    this.ends = ends;
  }

  async result(history: History): Promise<FaultResult> {
    await this.backlog?.stop();
    const { orders, answers } = await summarise(history.lines());
    const byKind = this.log?.counts ?? [];
    const failures = [...this.failures, ...this.brokenRules()];
    return {
      version: 1,
      scenario: this.scenario.id,
      title: this.scenario.title,
      transport: this.asked.transport,
      seed: this.asked.seed,
      date: this.date,
      command: this.command,
      commit: commit(),
      machine: machineFacts(),
      versions: versions(this.asked.transport),
      passed: failures.length === 0,
      failures,
      orders: { ...orders, ends: this.ends },
      answers,
      faults: { made: total(byKind, 'made'), hit: total(byKind, 'hit'), byKind },
      invariants: this.invariants,
      findings: this.findings,
      recoveryMs: this.log?.recoveryMs ?? {},
      backlog: this.backlog?.samples ?? [],
      settledAfterMs: this.settledAfterMs,
      durationsMs: this.durations(),
    };
  }

  /** What makes a run fail although nothing broke off. */
  private brokenRules(): string[] {
    const isIdle = this.log === undefined || this.log.records.every(({ hit }) => !hit);
    return [
      ...(isIdle ? ['No fault hit work in flight: nothing was shown.'] : []),
      ...(this.invariants.length === 0 ? ['The invariants were not looked at.'] : this.emptyProofs()),
      ...this.invariants
        .filter(({ holds }) => !holds)
        .map(({ invariant, count, examples }) => `${invariant} is broken ${count} times: ${examples.join('; ')}`),
      ...this.findings
        .filter(({ met }) => !met)
        .map(({ finding, value, unit, limit }) => `${finding}: ${value} ${unit} (${limit})`.replace('  ', ' ')),
    ];
  }

  /** What holds because there was nothing that could have broken it. */
  private emptyProofs(): string[] {
    const idle = this.invariants.filter(({ checked }) => checked === 0).map(({ invariant }) => invariant);
    const { COMPLETED: completed = 0 } = this.ends;
    const all = Object.values(this.ends).reduce((sum, count) => sum + count, 0);
    return [
      ...(idle.length > 0 ? [`There was nothing in which ${idle.join(', ')} could have been broken.`] : []),
      ...(completed < all * leastCompleted
        ? [`Only ${completed} of ${all} orders were completed: the rest shows little of money.`]
        : []),
    ];
  }

  private durations(): FaultResult['durationsMs'] {
    const endedAt = performance.now();
    const until = (index: number) => this.began[index + 1]?.at ?? endedAt;
    const lengths = this.began.map(({ phase, at }, index) => [phase, Math.round(until(index) - at)] as const);
    const zero = { start: 0, prepare: 0, load: 0, settle: 0, check: 0 };
    return { ...zero, ...Object.fromEntries(lengths), whole: Math.round(endedAt - this.began[0].at) };
  }
}

function total(counts: FaultResult['faults']['byKind'], which: 'made' | 'hit'): number {
  return counts.reduce((sum, count) => sum + count[which], 0);
}
