import type { Share } from '../nemesis/storm.ts';
import type { Link } from '../proxy/link.ts';
import type { Direction, Toxic } from '../proxy/toxic.ts';
import type { Random } from '../random.ts';
import type { ShopProcess } from '../shop/shop-process.ts';
import type { Run } from './scenario.ts';
import type { Span } from './shares.ts';

/** What a link leads to. */
export type LinkKind = 'client' | 'service' | 'database' | 'messages' | 'provider' | 'redis';

/** Links by what they lead to; those that there are. */
export function linksByKind({ shop }: Run): Map<LinkKind, Link[]> {
  return Map.groupBy(shop.links, (link) => kindOfLink(link, shop.processes));
}

/** Toxics on one link at a time, for a time from the span. */
export function onLinks(run: Run, options: LinkShare): Share<Link> {
  const { fault, hits, links, toxics, lasts } = options;
  return {
    hits,
    victims: links,
    isBusy: ({ waiting }) => waiting > 0,
    hurt: (link, random) => run.nemesis.during(fault, [link], toxics(random), random.integer(...lasts)),
  };
}

export interface LinkShare {
  readonly fault: string;
  readonly hits: number;
  readonly links: readonly Link[];
  readonly toxics: (random: Random) => Toxic[];
  readonly lasts: Span;
}

/** Both ways, or one of them. */
export const directions: readonly (Direction | undefined)[] = [undefined, 'up', 'down'];

function kindOfLink({ from, to, name }: Link, processes: readonly ShopProcess[]): LinkKind {
  if (from === 'client') return 'client';
  if (name.includes('messages')) return 'messages';
  const kind = processes.find((process) => process.name === to)?.kind;
  if (kind === 'postgres') return 'database';
  if (kind === 'kafka') return 'messages';
  if (kind === 'sandbox') return 'provider';
  return kind === 'redis' ? 'redis' : 'service';
}
