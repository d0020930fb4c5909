import type { ControlRun, CrashPointDeath, CrashPointsResult } from '../sweep-result.ts';
import { table } from './markdown.ts';
import type { Runs } from './runs.ts';
import { count, plural } from './statistics.ts';

/** Of each point and side: how often a process died there, and what broke. */
export function crashPointTable({ crashPoints }: Runs): string {
  const rows = crashPoints.flatMap(({ transport, deaths }) =>
    [...Map.groupBy(deaths, ({ point, side }) => `${point} ${side}`).values()].map((at) => [
      at[0]?.point ?? '',
      at[0]?.side ?? '',
      transport,
      `${count(at.filter(({ died }) => died).length)} of ${count(at.length)}`,
      brokenOf(at),
    ]),
  );
  return rows.length === 0 ? '' : table(['point', 'side', 'transport', 'died there', 'invariants'], rows);
}

function brokenOf(deaths: readonly CrashPointDeath[]): string {
  const broken = [...new Set(deaths.flatMap((death) => death.broken))];
  if (broken.length > 0) return `**${broken.join(', ')}**`;
  return deaths.every(({ holds }) => holds) ? 'hold' : '**failed**';
}

/** `direct: 104 deaths at 26 points, both sides, 2 seeds: all invariants held.` */
export const crashPointSentence = ({ transport, deaths }: CrashPointsResult): string => {
  const died = deaths.filter((death) => death.died);
  const [points, seeds] = [new Set(died.map(({ point }) => point)), new Set(died.map(({ seed }) => seed))];
  const failed = died.filter(({ holds }) => !holds).length;
  const unreached = deaths.length - died.length;
  return (
    `${transport}: ${plural(died.length, 'death')} at ${plural(points.size, 'point')}, ${plural(seeds.size, 'seed')}: ` +
    (failed === 0 ? 'every invariant held' : `an invariant broke after ${failed}`) +
    (unreached === 0 ? '.' : `; not reached: ${plural(unreached, 'place')}.`)
  );
};

/** Caught only when the invariant that was named beforehand broke, and the guarded run beside it, where there is one, passed. */
export const isCaught = ({ named, broken, baselinePassed }: ControlRun): boolean =>
  broken.includes(named) && baselinePassed !== false;

export function controlTable({ controls }: Runs): string {
  const rows = controls.flatMap(({ transport, controls: all }) =>
    all.map((control) => [
      control.title,
      transport,
      control.named,
      control.why ? '–' : control.broken.join(', ') || 'none',
      control.why ? '–' : count(control.orders),
      control.sweepOff ? 'off' : 'on',
      control.baselinePassed === null ? '–' : control.baselinePassed ? 'passed' : '**failed**',
      control.why ?? (isCaught(control) ? 'caught' : '**not caught**'),
    ]),
  );
  const head = ['guard taken out', 'transport', 'must break', 'broke', 'orders', 'sweep', 'with the guard', ''];
  return rows.length === 0 ? '' : table(head, rows);
}
