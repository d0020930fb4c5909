import type { Attempt } from '../history/attempt.ts';
import type { History } from '../history/history.ts';
import type { ScenarioFinding } from '../result.ts';
import { none, quantile } from './finding.ts';

/** What a client may see of a fault: an open door that nobody stands behind for a moment. Anything else is a mistake of ours. */
const forgivable = new Set([502, 503, 504]);

/** Answers that no fault excuses, such as a 500. */
export async function unwantedAnswers(history: History): Promise<ScenarioFinding> {
  const count = await countAttempts(history, ({ status = 0 }) => status >= 500 && !forgivable.has(status));
  return none('answers of 5xx other than 502, 503 and 504', count);
}

/** Requests whose client waited for nothing until it gave up. */
export async function unanswered(history: History): Promise<ScenarioFinding> {
  return none('requests that were never answered', await countAttempts(history, ({ error }) => error === 'timeout'));
}

export async function countAttempts(history: History, isOne: (attempt: Attempt) => boolean): Promise<number> {
  let count = 0;
  for await (const line of history.lines()) if (line.is === 'attempt' && isOne(line)) count += 1;
  return count;
}

/** By then a client has its answer or has given up, and the history knows. */
export const answeredWithinMs = 5_500;

/**
 * Attempts to place an order that began within a time of `Date.now()`: the share that was answered with 2xx, and how long that
 * took. To be asked once the last of them is over: those that hang are the last to be known of.
 */
export async function placing(history: History, from: number, to: number): Promise<Placing> {
  const attempts: Attempt[] = [];
  for await (const line of history.lines()) {
    if (line.is !== 'attempt' || line.deed !== 'checkout' || line.proof !== 'valid' || line.try > 1) continue;
    if (line.at >= from && line.at < to) attempts.push(line);
  }
  const good = attempts.filter(({ outcome }) => outcome === 'ok');
  // A refusal is a definite answer, and no fault: a cart that was checked out before stays so.
  const judged = attempts.filter(({ outcome, code }) => outcome !== 'fail' && code !== 'in-progress');
  return {
    asked: judged.length,
    share: judged.length === 0 ? 0 : good.length / judged.length,
    perSecond: new Set(good.map(({ checkout }) => checkout)).size / ((to - from) / 1_000),
    p95Ms: quantile(
      good.map(({ ms }) => ms),
      0.95,
    ),
  };
}

export interface Placing {
  readonly asked: number;
  /** Of those that deserved an order: how many got it at the first attempt. */
  readonly share: number;
  /** Checkouts, however often each was submitted. */
  readonly perSecond: number;
  readonly p95Ms: number;
}
