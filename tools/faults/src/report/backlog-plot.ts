import type { BacklogSample, FaultResult } from '../result.ts';
import { ink, line, path, picture, text, ticksTo } from './drawing.ts';

const width = 860;
const left = 64;
const right = 24;
const top = 58;
const panel = 150;
const gap = 56;
/** More points than a picture of this width can show. */
const columns = 400;
/** Those that tell most about a backlog first. */
const shown = ['outage', 'release', 'gate', 'F3', 'F2'];
const mostPanels = 4;

/** What waited, over time: one panel for each of the runs that tell most. */
export function backlogPlot(results: readonly FaultResult[]): string {
  const runs = shown
    .flatMap((scenario) => results.filter((each) => each.scenario === scenario && each.backlog.length > 1))
    .slice(0, mostPanels);
  if (runs.length === 0) return '';
  const height = top + runs.length * (panel + gap);
  const parts = [...legend(44), ...runs.flatMap((run, index) => panelOf(run, top + index * (panel + gap) + 20))];
  return picture(width, height, 'Backlog', parts);
}

const legend = (y: number): string[] => [
  line([16, y - 4], [40, y - 4], ink.first, 2),
  text(46, y, 'messages not yet published', { fill: ink.muted }),
  line([240, y - 4], [264, y - 4], ink.second, 2),
  text(270, y, 'orders not yet settled', { fill: ink.muted }),
];

function panelOf({ scenario, transport, backlog }: FaultResult, from: number): string[] {
  const samples = thinned(backlog);
  const lastMs = samples.at(-1)?.atMs ?? 1;
  const most = Math.max(...samples.flatMap(({ unpublished, unsettled }) => [unpublished, unsettled]));
  const [rows, times] = [ticksTo(most), ticksTo(lastMs / 1_000, 8).filter((each) => each * 1_000 <= lastMs)];
  const x = (ms: number) => left + (ms / lastMs) * (width - left - right);
  const y = (value: number) => from + panel - (value / (rows.at(-1) ?? 1)) * panel;
  return [
    text(left, from - 8, `${scenario}, ${transport}`, { weight: 600 }),
    ...rows.flatMap((row) => [
      line([left, y(row)], [width - right, y(row)], ink.faint),
      text(left - 8, y(row) + 4, row.toLocaleString('en-US'), { anchor: 'end', fill: ink.muted }),
    ]),
    ...times.map((time) =>
      text(x(time * 1_000), from + panel + 16, `${time} s`, { anchor: 'middle', fill: ink.muted }),
    ),
    path(
      samples.map(({ atMs, unpublished }) => [x(atMs), y(unpublished)]),
      ink.first,
    ),
    path(
      samples.map(({ atMs, unsettled }) => [x(atMs), y(unsettled)]),
      ink.second,
    ),
  ];
}

/** Of neighbours, the highest: a peak is what one looks for. */
function thinned(samples: readonly BacklogSample[]): BacklogSample[] {
  const each = Math.ceil(samples.length / columns);
  return Array.from({ length: Math.ceil(samples.length / each) }, (_, index) => {
    const group = samples.slice(index * each, (index + 1) * each);
    return {
      atMs: group[0]?.atMs ?? 0,
      unpublished: Math.max(...group.map(({ unpublished }) => unpublished)),
      unsettled: Math.max(...group.map(({ unsettled }) => unsettled)),
    };
  });
}
