import { type Share, Storm } from '../nemesis/storm.ts';
import type { ShopProcess } from '../shop/shop-process.ts';
import type { Run } from './scenario.ts';

/** From … to, in milliseconds. */
export type Span = readonly [number, number];

/** Kills; each victim is away for a time from the span, and then comes back. */
export function kills(
  run: Run,
  hits: number,
  victims: readonly ShopProcess[],
  away: Span = [0, 2_000],
): Share<ShopProcess> {
  return { hits, victims, hurt: (victim, random) => run.nemesis.kill(victim, random.integer(...away)) };
}

/** Pauses; each victim stands still for a time from the span. */
export function pauses(run: Run, hits: number, victims: readonly ShopProcess[], still: Span): Share<ShopProcess> {
  return { hits, victims, hurt: (victim, random) => run.nemesis.pause(victim, random.integer(...still)) };
}

/** Brings all shares home while the load runs, at most `lanes` faults at once. */
export function storm(run: Run, shares: readonly Share[], lanes = 3): Promise<void> {
  const progress = () => run.load.submitted / run.orders;
  return new Storm(shares, run.random.fork('storm'), run.clock).rage(progress, lanes);
}

/** The services' processes: what is killed most, as it is deployed most. */
export function services({ shop }: Run): readonly ShopProcess[] {
  return shop.ofKind('service');
}

export function workers({ shop }: Run): readonly ShopProcess[] {
  return shop.ofKind('service').filter(({ role }) => role === 'worker');
}

/** The services' processes, those that do the same together. */
export function replicas(run: Run): ShopProcess[][] {
  return [...Map.groupBy(services(run), ({ name }) => name.replace(/-\d+$/, '')).values()];
}
