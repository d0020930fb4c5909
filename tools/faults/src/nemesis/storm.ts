import type { Random } from '../random.ts';
import type { FaultRecord } from '../result.ts';
import type { Clock } from './clock.ts';

/** Faults of one kind that a storm has to bring home. */
export interface Share<T extends Named = Named> {
  /** How many have to hit work in flight. */
  readonly hits: number;
  readonly victims: readonly T[];
  hurt(victim: T, random: Random): Promise<FaultRecord>;
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
const triesPerTurn = 8;

/**
 * Many faults of several kinds over the whole of a load, in an order that the seed decides. One that hit nothing is made
 * again at another victim, so that each share is met; nobody is hurt twice at once.
 */
export class Storm {
  private readonly shares: readonly Share[];
  private readonly random: Random;
  private readonly clock: Clock;
  private readonly hurting = new Set<string>();

  constructor(shares: readonly Share[], random: Random, clock: Clock) {
    this.shares = shares;
    this.random = random;
    this.clock = clock;
  }

  /** At most `lanes` at once. Resolves when every share is met, or rejects when one cannot be. */
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
      const victim = await this.reserve(share.victims, random);
      try {
        if ((await share.hurt(victim, random)).hit) return;
      } finally {
        this.hurting.delete(victim.name);
      }
    }
    throw new Error(
      `${triesPerTurn} faults in a row hit no work in flight, at ${share.victims.map(({ name }) => name).join(', ')}`,
    );
  }

  private async reserve<T extends Named>(victims: readonly T[], random: Random): Promise<T> {
    const free = () => victims.filter(({ name }) => !this.hurting.has(name));
    while (free().length === 0) await this.clock.sleep(20);
    const victim = random.pick(free());
    this.hurting.add(victim.name);
    return victim;
  }
}
