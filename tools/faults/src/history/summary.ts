import type { Attempt, HistoryLine, Outcome } from './attempt.ts';

/** What customers asked for and what they were answered, counted. */
export interface Summary {
  readonly orders: { readonly asked: number; readonly ok: number; readonly fail: number; readonly unknown: number };
  /** Every request by its answer: `2xx`, `4xx`, `503`, `5xx`, `reset`, `timeout`. */
  readonly answers: Readonly<Record<string, number>>;
  /** Requests with a valid proof that were not answered on their first attempt with what they deserve. */
  readonly brokenFirstAttempts: { readonly count: number; readonly examples: readonly string[] };
}

const maxExamples = 5;

export async function summarise(lines: AsyncIterable<HistoryLine>): Promise<Summary> {
  const checkouts = new Map<string, Outcome>();
  const answers: Record<string, number> = {};
  const broken = { count: 0, examples: [] as string[] };
  for await (const line of lines) {
    if (line.is !== 'attempt') continue;
    const answer = answerOf(line);
    answers[answer] = (answers[answer] ?? 0) + 1;
    note(checkouts, line);
    if (line.proof !== 'valid' || line.try > 1 || line.outcome !== 'unknown' || line.code === 'in-progress') continue;
    broken.count += 1;
    if (broken.examples.length < maxExamples) broken.examples.push(describe(line));
  }
  const ends = [...checkouts.values()];
  const count = (outcome: Outcome) => ends.filter((end) => end === outcome).length;
  const orders = { asked: ends.length, ok: count('ok'), fail: count('fail'), unknown: count('unknown') };
  return { orders, answers, brokenFirstAttempts: broken };
}

export function answerOf({ status, error }: Pick<Attempt, 'status' | 'error'>): string {
  if (status === undefined) return error === 'timeout' ? 'timeout' : 'reset';
  return status === 503 ? '503' : `${Math.floor(status / 100)}xx`;
}

/** An attempt in a sentence. */
export function describe({ deed, at, status, error, code, about, key }: Attempt): string {
  const what = [deed, about, key && `key ${key}`].filter(Boolean).join(' ');
  const answer = status === undefined ? `no answer (${error})` : [status, code].filter(Boolean).join(' ');
  return `${what} at ${new Date(at).toISOString()}: ${answer}`;
}

/** A checkout worked if any attempt of it did, and is known if any attempt was answered for good. */
function note(checkouts: Map<string, Outcome>, { deed, checkout, outcome }: Attempt): void {
  if (deed !== 'checkout' || checkout === undefined) return;
  const before = checkouts.get(checkout);
  if (before === 'ok' || (before === 'fail' && outcome === 'unknown')) return;
  checkouts.set(checkout, outcome);
}
