import type { Random } from '../random.ts';
import type { TransportName } from '../shop/fault-shop.ts';
import { type Drive, listedPoints, places, sides } from './places.ts';

/** One death: at which side of which point, of whom, on the way of what. */
export interface Step {
  /** `seed 42: relay.sent/before`. */
  readonly name: string;
  readonly place: string;
  /** The process; undefined where it is a command. */
  readonly at: string | undefined;
  readonly by: Drive;
  /** At which pass. */
  readonly times: number;
}

/** Every point and side, in an order of the seed's; it also chooses who dies where several may. @throws Error for a point without a place */
export function stepsOf(seed: number, transport: TransportName, random: Random): Step[] {
  const steps = listedPoints().flatMap((point) => {
    const place = places[point];
    if (place === undefined) throw new Error(`Nobody knows how ${point} is reached: add it to places.ts.`);
    if (place.transport !== undefined && place.transport !== transport) return [];
    return sides.map((side): Step => {
      const by = random.pick(place.by);
      const times = by === 'orders' ? random.integer(1, 3) : 1;
      const at = place.at.length === 0 ? undefined : random.pick(place.at);
      return { name: `seed ${seed}: ${point}/${side}`, place: `${point}/${side}`, at, by, times };
    });
  });
  return random.shuffle(steps);
}
