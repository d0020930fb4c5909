import { Unavailable } from '@towpath/errors';

export class NoRoom extends Unavailable {
  constructor() {
    super('There are too many requests under way.');
  }
}

/** So many requests may be there at once. */
export class Places {
  /** Who is there since when, the longest first. */
  protected readonly since = new Map<object, number>();

  constructor(protected most: number) {}

  /** @throws NoRoom when all are taken */
  enter(request: object): void {
    if (!this.hasRoom) throw new NoRoom();
    this.since.set(request, performance.now());
  }

  get hasRoom(): boolean {
    return this.taken < this.most;
  }

  /** Since when it was there; undefined if it was not. */
  leave(request: object): number | undefined {
    const since = this.since.get(request);
    this.since.delete(request);
    return since;
  }

  protected get taken(): number {
    return this.since.size;
  }
}

export interface Aim {
  /** Longer than this is too late for an answer. */
  readonly answerWithinMs: number;
  readonly atFirst: number;
  readonly atLeast: number;
  readonly atMost: number;
}

/** Share of the answers of a window that may be too late. */
const mayBeLate = 0.1;
const shrinkTo = 0.7;
const growTo = 1.1;

/**
 * As many places as let answers come in time: what is more than a service can do would only wait, and be too late for everybody.
 * Fewer by a third when it is too slow, a tenth more when it is not and all were taken.
 */
export class FittingPlaces extends Places {
  private answers = 0;
  private late = 0;
  /** Places in use, at most, since the last look. */
  private highest = 0;
  /** Whoever came before tells of a time when there were more places. */
  private changedAt = 0;

  constructor(private readonly aim: Aim) {
    super(Math.min(aim.atFirst, aim.atMost));
  }

  get places(): number {
    return Math.floor(this.most);
  }

  override enter(request: object): void {
    super.enter(request);
    this.highest = Math.max(this.highest, this.taken);
  }

  /** `failed`: the service said that it has too much to do, or did not answer. */
  answered(request: object, failed: boolean): void {
    const since = this.leave(request);
    if (since === undefined || since < this.changedAt) return;
    this.answers += 1;
    if (failed || performance.now() - since > this.aim.answerWithinMs) this.late += 1;
  }

  /** To be called a few times a second. `isLate`: the process itself does not keep up. */
  look(isLate: boolean): void {
    const overdue = this.overdue();
    const late = this.late + overdue;
    if (isLate || late > (this.answers + overdue) * mayBeLate) this.shrink();
    else if (this.highest >= this.places) this.most = Math.min(this.aim.atMost, this.most * growTo);
    this.answers = 0;
    this.late = 0;
    this.highest = this.taken;
  }

  /** Requests that wait for too long already: where answers take seconds they tell sooner. */
  private overdue(): number {
    const due = performance.now() - this.aim.answerWithinMs;
    let count = 0;
    for (const since of this.since.values()) {
      if (since >= due) break;
      if (since >= this.changedAt) count += 1;
    }
    return count;
  }

  private shrink(): void {
    // From what was in use: places that nobody took are no measure.
    this.most = Math.max(this.aim.atLeast, Math.min(this.most, this.highest) * shrinkTo);
    this.changedAt = performance.now();
  }
}
