import type { Named } from '../scenarios/scenario.ts';
import { mixes, rows } from '../scenarios/scenarios.ts';
import type { TransportName } from '../shop/fault-shop.ts';

/** A row of the fault catalogue, or a mix of several, as the report lists it. */
export interface Entry extends Pick<Named, 'id' | 'title' | 'transports' | 'why'> {
  /** What runs it on a transport; none where nothing does yet. */
  readonly command?: string;
}

export const transports: readonly TransportName[] = ['direct', 'kafka'];

const crashPoints: Entry = {
  id: 'F5',
  title: 'A process dies just before and just after each durable step',
  transports,
  command: 'crash-points',
};

const later: Entry = {
  id: 'F22',
  title: 'A schema migration during traffic, old and new version side by side',
  transports: [],
  why: { direct: 'It comes with the checks of migrations.', kafka: 'It comes with the checks of migrations.' },
};

/** F1 to F26 in their order, then the mixes. */
export const catalogue: readonly Entry[] = [
  ...[...rows.map(toEntry), crashPoints, later].sort((one, other) => numberOf(one) - numberOf(other)),
  ...mixes.map(toEntry),
];

function toEntry({ id, title, transports: runsOn, why }: Named): Entry {
  return { id, title, transports: runsOn, command: id, ...(why && { why }) };
}

function numberOf({ id }: Entry): number {
  return Number(id.slice(1));
}
