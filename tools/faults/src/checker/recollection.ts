import type { Attempt, HistoryLine, Outcome } from '../history/attempt.ts';
import { describe } from '../history/summary.ts';

/** A key, as it was used by one customer for one kind of deed. */
interface KeyUse {
  readonly key: string;
  readonly deed: string;
  /** Hashes of the different answers of success. */
  readonly answers: ReadonlySet<string>;
}

/** What the history says, reduced while it is read to what the invariants ask of it. */
export class Recollection {
  /** Orders that an answer of success, or the address in a refusal, told of; with the attempt that first did. */
  readonly told = new Map<string, string>();
  readonly keys = new Map<string, KeyUse>();
  /** Checkouts with each of their keys, and what was asked for their orders, by what is known of them at the end. */
  readonly wishes = new Map<string, Outcome>();
  /** By customer and cart, the orders that answers of success named. */
  readonly carts = new Map<string, ReadonlySet<string>>();
  /** What a valid customer saw and may belong to somebody, with what the request itself named. */
  readonly sights: { readonly customer: string; readonly ids: readonly string[]; readonly what: string }[] = [];
  /** Pieces put on the shelf, by product. */
  readonly stocked = new Map<string, number>();
  /** Requests that proved nothing, and those of them that were answered with success. */
  readonly intrusions = { tried: 0, admitted: [] as string[] };
  answers = 0;

  static async of(lines: AsyncIterable<HistoryLine>): Promise<Recollection> {
    const recollection = new Recollection();
    for await (const line of lines) {
      if (line.is === 'stocked') recollection.stocked.set(line.productId, line.quantity);
      else recollection.note(line);
    }
    return recollection;
  }

  private note(attempt: Attempt): void {
    if (attempt.status !== undefined) this.answers += 1;
    if (attempt.proof !== 'valid') this.noteIntrusion(attempt);
    else if (attempt.status !== undefined) this.noteSight(attempt);
    if (attempt.orderId !== undefined && !this.told.has(attempt.orderId)) {
      this.told.set(attempt.orderId, describe(attempt));
    }
    if (attempt.deed === 'checkout') this.noteCart(attempt);
    if (attempt.checkout !== undefined) this.noteWish(attempt);
    if (attempt.key !== undefined && attempt.outcome === 'ok') this.noteKey(attempt, attempt.key);
  }

  private noteIntrusion(attempt: Attempt): void {
    this.intrusions.tried += 1;
    if (attempt.outcome === 'ok') this.intrusions.admitted.push(`${attempt.proof} token: ${describe(attempt)}`);
  }

  /** A refusal repeats what it was asked about; an answer of success is about what belongs to whoever asked. */
  private noteSight(attempt: Attempt): void {
    const { customer, seen = [], about, outcome, deed } = attempt;
    // Only an admin gives money back: of anybody.
    if (deed === 'refund') return;
    const ids = outcome === 'ok' ? seen : seen.filter((id) => id !== about);
    if (ids.length > 0) this.sights.push({ customer, ids, what: describe(attempt) });
  }

  private noteCart({ outcome, customer, cart, orderId }: Attempt): void {
    if (outcome !== 'ok' || cart === undefined || orderId === undefined) return;
    const place = `${customer} ${cart}`;
    this.carts.set(place, new Set([...(this.carts.get(place) ?? []), orderId]));
  }

  private noteWish({ deed, checkout, key = '', outcome }: Attempt): void {
    const wish = `${deed} of ${checkout} ${key}`.trimEnd();
    const before = this.wishes.get(wish);
    if (before === undefined || before === 'unknown') this.wishes.set(wish, outcome);
  }

  private noteKey({ customer, deed, answer = '' }: Attempt, key: string): void {
    const use = `${customer} ${deed} ${key}`;
    this.keys.set(use, { key, deed, answers: new Set([...(this.keys.get(use)?.answers ?? []), answer]) });
  }
}
