import { createHash } from 'node:crypto';

/**
 * Numbers that look random and come the same for the same seed. Whatever draws them beside others gets a fork of its
 * own, so that its numbers do not depend on how the threads of a run interleave.
 */
export class Random {
  private readonly seed: string;
  private readonly state: Uint32Array;

  constructor(seed: number | string) {
    this.seed = String(seed);
    const digest = createHash('sha256').update(this.seed).digest();
    this.state = Uint32Array.from([0, 4, 8, 12], (offset) => digest.readUInt32LE(offset));
  }

  /** Another source, known by its name and our seed alone: not by what was drawn from us before. */
  fork(name: string): Random {
    return new Random(`${this.seed}/${name}`);
  }

  /** From 0 up to but without 1. */
  next(): number {
    return this.word() / 2 ** 32;
  }

  /** A whole number, both ends included. */
  integer(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  /** @throws RangeError when there is nothing to pick from */
  pick<T>(list: readonly T[]): T {
    if (list.length === 0) throw new RangeError('There is nothing to pick from');
    return list[this.integer(0, list.length - 1)];
  }

  /** True with probability `p`. */
  chance(p: number): boolean {
    return this.next() < p;
  }

  /** The same things in another order; the list itself stays as it is. */
  shuffle<T>(list: readonly T[]): T[] {
    const shuffled = [...list];
    for (let last = shuffled.length - 1; last > 0; last--) {
      const other = this.integer(0, last);
      [shuffled[last], shuffled[other]] = [shuffled[other], shuffled[last]];
    }
    return shuffled;
  }

  /** 32 bits of sfc32, which passes the usual statistical tests. */
  private word(): number {
    const [a, b, c, count] = this.state;
    const word = (a + b + count) >>> 0;
    this.state.set([b ^ (b >>> 9), c + (c << 3), ((c << 21) | (c >>> 11)) + word, count + 1]);
    return word;
  }
}
