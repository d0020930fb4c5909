import type { Redis } from '@towpath/redis';

import type { Policy } from './policies.ts';
import { SharedCounter } from './shared-counter.ts';
import { type Count, WindowCounter } from './window-counter.ts';

/** What became of one attempt. */
export interface Taken {
  readonly policy: Policy;
  readonly isOver: boolean;
  readonly left: number;
  readonly endsInMs: number;
}

/**
 * Keeps one policy. Every process counts for itself, always, and never grants more than the whole limit, whatever happens to Redis;
 * Redis adds what the others granted. While it is away a process grants its part, so all of them together grant the limit again:
 * at the moment it goes at most one limit more, as others may have granted theirs before. What is refused is not counted.
 */
export class Limit {
  private readonly here: WindowCounter;
  private readonly shared: SharedCounter;
  private readonly part: number;

  constructor(
    private readonly policy: Policy,
    redis: Redis,
    replicas: number,
  ) {
    this.here = new WindowCounter(policy.windowSeconds * 1_000);
    this.shared = new SharedCounter(redis, policy.name, policy.windowSeconds);
    this.part = Math.ceil(policy.limit / replicas);
  }

  /** At once where Redis need not be asked. */
  take(key: string): Taken | Promise<Taken> {
    const { limit } = this.policy;
    const here = this.here.add(key, 1);
    if (here.used > limit) return this.refuse(key, here);
    if (this.shared.isThere) return this.takeShared(key, here);
    return this.takeAlone(key, here);
  }

  /** It was none of those that are counted after all. */
  giveBack(key: string): void {
    this.here.add(key, -1);
    if (this.shared.isThere) void this.shared.add(key, -1);
  }

  private takeAlone(key: string, here: Count): Taken {
    return here.used > this.part ? this.refuse(key, here) : this.grant(this.part, here);
  }

  private async takeShared(key: string, here: Count): Promise<Taken> {
    const all = await this.shared.add(key, 1);
    if (!all) return this.takeAlone(key, here);
    if (all.used <= this.policy.limit) return this.grant(this.policy.limit, all.used > here.used ? all : here);
    void this.shared.add(key, -1);
    // The next are refused without asking.
    const refused = this.refuse(key, all);
    this.here.raise(key, { used: this.policy.limit, endsInMs: all.endsInMs });
    return refused;
  }

  private grant(limit: number, { used, endsInMs }: Count): Taken {
    return { policy: this.policy, isOver: false, left: limit - used, endsInMs };
  }

  private refuse(key: string, { endsInMs }: Count): Taken {
    this.here.add(key, -1);
    return { policy: this.policy, isOver: true, left: 0, endsInMs };
  }
}
