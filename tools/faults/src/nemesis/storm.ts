import type { Random } from '../random.ts';
import type { FaultRecord } from '../result.ts';
import type { Clock } from './clock.ts';

/** Faults of one kind that a storm has to bring home. */
export interface Share<T extends Named = Named> {
  /** How many have to hit work in flight. */
  readonly hits: number;
  readonly victims: readonly T[];
  hurt(victim: T, random: Random): Promise<FaultRecord>;
  /** Whether there is work at it just now, where that can be seen at once: then the busy are struck. */
  isBusy?(victim: T): boolean;
}

interface Named {
  readonly name: string;
}

/** How far the load is, from 0 to 1. */
export type Progress = () => number;

interface Turn {
  readonly share: Share;
  /** Of the load: when it is due. */
  readonly due: number;
  readonly random: Random;
}

/** The storm begins when the load has, and is over a little before it. */
const [from, to] = [0.03, 0.95];
const triesPerTurn = 4;
const ambushMs = 1_000;

/**
 * Many faults of several kinds over the whole of a load, in an order that the seed decides. One that hit nothing is made
 * again at another victim, a few times; a share of which nothing ever hit fails the storm. Nobody is hurt twice at once.
 */
export class Storm {
  private readonly shares: readonly Share[];
  private readonly random: Random;
  private readonly clock: Clock;
  private readonly hurting = new Set<string>();
  private readonly hits = new Map<Share, number>();

  constructor(shares: readonly Share[], random: Random, clock: Clock) {
    this.shares = shares;
    this.random = random;
    this.clock = clock;
  }

  /** At most `lanes` at once. @throws Error when nothing of a share hit */
  async rage(progress: Progress, lanes: number): Promise<void> {
    const turns = this.plan().values();
    let isOver = false;
    const lane = async () => {
      for (const turn of turns) {
        if (isOver) return;
        await this.take(turn, progress).catch((error: unknown) => {
          isOver = true;
          throw error;
        });
      }
    };
    const ends = await Promise.allSettled(Array.from({ length: lanes }, lane));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    for (const share of this.shares) {
      if (!this.hits.has(share)) throw new Error(`No fault hit work in flight at ${namesOf(share)}`);
    }
  }

  /** Which share comes when. */
  private plan(): Turn[] {
    const drawn = this.random.shuffle(this.shares.flatMap((share) => Array.from({ length: share.hits }, () => share)));
    return drawn.map((share, index) => ({
      share,
      due: from + ((to - from) * index) / drawn.length,
      random: this.random.fork(`turn-${index}`),
    }));
  }

  private async take({ share, due, random }: Turn, progress: Progress): Promise<void> {
    while (progress() < due) await this.clock.sleep(20);
    for (let tries = 0; tries < triesPerTurn; tries++) {
      const victim = await this.reserve(share, random);
      try {
        if (!(await share.hurt(victim, random)).hit) continue;
        this.hits.set(share, (this.hits.get(share) ?? 0) + 1);
        return;
      } finally {
        this.hurting.delete(victim.name);
      }
    }
  }

  private async reserve(share: Share, random: Random): Promise<Named> {
    const free = () => share.victims.filter(({ name }) => !this.hurting.has(name));
    const busy = () => free().filter((victim) => share.isBusy?.(victim) ?? true);
    const giveUpAt = performance.now() + ambushMs;
    while (free().length === 0 || (busy().length === 0 && performance.now() < giveUpAt)) await this.clock.sleep(5);
    const victim = random.pick(busy().length > 0 ? busy() : free());
    this.hurting.add(victim.name);
    return victim;
  }
}

function namesOf({ victims }: Share): string {
  return victims.map(({ name }) => name).join(', ');
}
