import { styleText } from 'node:util';

import type { LogDestination } from './create-logger.ts';

interface Line {
  readonly time: string;
  readonly level: string;
  readonly msg?: string;
  readonly context?: string;
  readonly err?: { readonly stack?: string; readonly message?: string };
}

const shownOrLeftOut = new Set(['time', 'level', 'msg', 'context', 'err', 'service', 'spanId']);

const colours = { fatal: 'red', error: 'red', warn: 'yellow', info: 'green', debug: 'blue', trace: 'gray' } as const;

/** Turns JSON lines into lines for people, one each; a stack follows indented. */
export function pretty(destination: LogDestination): LogDestination {
  return { write: (json) => destination.write(readable(JSON.parse(json))) };
}

function readable(line: Line): string {
  const { time, level, msg = '', context, err } = line;
  const label = styleText(colours[level as keyof typeof colours] ?? 'white', level.toUpperCase().padEnd(5));
  const details = Object.entries(line)
    .filter(([name]) => !shownOrLeftOut.has(name))
    .map(([name, value]) => `${plain(name)}=${plain(JSON.stringify(value))}`);
  const parts = [
    time.slice(11, 23),
    label,
    context && `[${plain(context)}]`,
    plain(msg),
    styleText('gray', details.join(' ')),
  ];
  return `${parts.filter(Boolean).join(' ')}\n${stackOf(err)}`;
}

function stackOf(err: Line['err']): string {
  const text = err?.stack ?? err?.message;
  return text
    ? `${text
        .split('\n')
        .map((line) => `    ${plain(line)}`)
        .join('\n')}\n`
    : '';
}

/** Nobody's text may begin a line, move the cursor or colour the terminal. */
function plain(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\u2028\u2029]/gu,
    (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
