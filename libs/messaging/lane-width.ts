import type { Outcome } from './transport.ts';

/**
 * How much may be sent side by side: as much as is answered in time. One more with each answer, half as much when there is
 * none. Who asks a busy receiver for more than it can do waits in vain for all of it, and asks for all of it again.
 */
export class LaneWidth {
  #now: number;

  constructor(
    private readonly least: number,
    private readonly most: number,
  ) {
    this.#now = most;
  }

  get now(): number {
    return this.#now;
  }

  learn(outcome: Outcome): void {
    if (outcome.accepted) this.#now = Math.min(this.most, this.#now + 1);
    else if (!outcome.permanent) this.#now = Math.max(this.least, Math.floor(this.#now / 2));
  }
}
