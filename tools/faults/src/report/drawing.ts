/** A mark of an axis. */
export interface Tick {
  readonly value: number;
  readonly label: string;
}

export const ink = {
  text: '#24292f',
  faint: '#d0d7de',
  muted: '#57606a',
  first: '#0969da',
  second: '#bc4c00',
} as const;

/** A picture of this size on white, which is read on a dark page too. */
export function picture(width: number, height: number, title: string, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="system-ui, sans-serif" font-size="12">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="6" fill="#ffffff"/>`,
    text(16, 26, title, { size: 15, weight: 600 }),
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

interface TextStyle {
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly fill?: string;
  readonly size?: number;
  readonly weight?: number;
}

export function text(x: number, y: number, words: string, { anchor, fill = ink.text, size, weight }: TextStyle = {}) {
  const style = [
    anchor && `text-anchor="${anchor}"`,
    size && `font-size="${size}"`,
    weight && `font-weight="${weight}"`,
  ].filter(Boolean);
  return `<text x="${at(x)}" y="${at(y)}" fill="${fill}"${style.map((each) => ` ${each}`).join('')}>${escaped(words)}</text>`;
}

export const line = (
  from: readonly [number, number],
  to: readonly [number, number],
  stroke: string,
  width = 1,
): string =>
  `<line x1="${at(from[0])}" y1="${at(from[1])}" x2="${at(to[0])}" y2="${at(to[1])}" stroke="${stroke}" stroke-width="${width}"/>`;

export const path = (points: readonly (readonly [number, number])[], stroke: string): string =>
  `<path d="${points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${at(x)} ${at(y)}`).join('')}" fill="none" stroke="${stroke}" stroke-width="1.5" stroke-linejoin="round"/>`;

export const box = (x: number, y: number, width: number, height: number, fill: string): string =>
  `<rect x="${at(x)}" y="${at(y)}" width="${at(Math.max(1, width))}" height="${at(height)}" rx="2" fill="${fill}"/>`;

export const dot = (x: number, y: number, fill: string): string =>
  `<circle cx="${at(x)}" cy="${at(y)}" r="2.5" fill="${fill}"/>`;

/** Round marks from 0 to above the value. */
export function ticksTo(most: number, wanted = 4): number[] {
  const rough = Math.max(most, 1) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough) ?? rough;
  return Array.from({ length: Math.ceil(Math.max(most, 1) / step) + 1 }, (_, index) => index * step);
}

const at = (value: number): string => String(Math.round(value * 10) / 10);

const escaped = (words: string): string =>
  words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
