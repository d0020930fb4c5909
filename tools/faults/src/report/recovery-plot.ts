import type { FaultResult } from '../result.ts';
import { transports } from './catalogue.ts';
import { box, dot, ink, line, picture, text } from './drawing.ts';
import { quantile, recoveries } from './statistics.ts';

const width = 860;
const left = 300;
const right = 60;
const top = 62;
const rowHeight = 26;
const marks = [10, 100, 1_000, 10_000, 100_000, 1_000_000];

interface Row {
  readonly label: string;
  readonly times: readonly number[];
  readonly fill: string;
}

/** Of each kind of fault, how long it took until what it hit was ready again: half of all times in the box. */
export function recoveryPlot(results: readonly FaultResult[]): string {
  const rows = transports.flatMap((transport, index) =>
    [...recoveries(results.filter((each) => each.transport === transport))].map(([what, times]): Row => ({
      label: `${what}, ${transport}`,
      times,
      fill: index === 0 ? ink.first : ink.second,
    })),
  );
  if (rows.length === 0) return '';
  const x = scaleOf(rows.flatMap(({ times }) => times));
  const height = top + rows.length * rowHeight + 40;
  const parts = [
    text(16, 44, 'box: quarter to three quarters · bar: median · line: 5 % to 95 % · dot: slowest', {
      fill: ink.muted,
    }),
    ...x.ticks.flatMap((tick) => [
      line([x(tick), top], [x(tick), height - 34], ink.faint),
      text(x(tick), height - 16, tick < 1_000 ? `${tick} ms` : `${tick / 1_000} s`, {
        anchor: 'middle',
        fill: ink.muted,
      }),
    ]),
    ...rows.flatMap((row, index) => drawn(row, top + index * rowHeight + rowHeight / 2, x)),
  ];
  return picture(width, height, 'Ready again after', parts);
}

type Scale = ((value: number) => number) & { readonly ticks: readonly number[] };

/** Powers of ten: times are of very different sizes. */
function scaleOf(times: readonly number[]): Scale {
  const [least, most] = [Math.min(...times), Math.max(...times)];
  const first = marks.findLastIndex((mark) => mark <= least);
  const last = marks.findIndex((mark) => mark >= most);
  const ticks = marks.slice(Math.max(0, first), last < 0 ? undefined : Math.max(last, first + 1) + 1);
  const [from, to] = [Math.log10(ticks[0] ?? 1), Math.log10(ticks.at(-1) ?? 10)];
  const place = (value: number) =>
    left + ((Math.log10(Math.max(value, 1)) - from) / (to - from || 1)) * (width - left - right);
  return Object.assign(place, { ticks });
}

function drawn({ label, times, fill }: Row, y: number, x: Scale): string[] {
  const [low, first, median, third, high, most] = [0.05, 0.25, 0.5, 0.75, 0.95, 1].map((share) =>
    x(quantile(times, share)),
  ) as [number, number, number, number, number, number];
  return [
    text(left - 12, y + 4, `${label} (${times.length})`, { anchor: 'end' }),
    line([low, y], [high, y], fill),
    box(first, y - 6, third - first, 12, `${fill}40`),
    line([median, y - 7], [median, y + 7], fill, 2),
    dot(most, y, fill),
  ];
}
