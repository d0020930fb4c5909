import { ProcessEnded } from '../supervisor/managed-process.ts';
import { UserError } from '../user-error.ts';

/** The sentence for any failure: ours as written, the well-known ones of the system translated, the rest as they say. */
export function explain(error: unknown): string {
  const { code, path, message } = error as NodeJS.ErrnoException;
  const where = path === undefined ? '' : ` (${path})`;
  if (code === 'ENOSPC' || isAboutFullDisk(message))
    return `The disk is full${where}. Free some space and start again.`;
  if (error instanceof ProcessEnded) return explainEnd(error);
  if (error instanceof UserError) return message;
  if (code === 'EACCES' || code === 'EROFS') return `No permission to write${where}. Make it writable and start again.`;
  return message;
}

/** PostgreSQL, Node and Nx report it in lines of their own. */
function isAboutFullDisk(text: string): boolean {
  return /No space left on device|ENOSPC/.test(text);
}

function explainEnd({ processName, how, lastLines }: ProcessEnded): string {
  const lines = lastLines.map((line) => `  │ ${readable(line)}`);
  return [`${processName} ${how}. ${lines.length > 0 ? 'Its last lines:' : 'It wrote nothing.'}`, ...lines].join('\n');
}

interface LogLine {
  readonly time?: string;
  readonly level?: string;
  readonly msg?: string;
  readonly err?: { readonly message?: string };
}

/** A line of a service's log without what only machines read. */
function readable(line: string): string {
  const { time = '', level, msg = '', err } = parse(line);
  if (level === undefined) return line;
  return [time.slice(11, 23), level.padEnd(5), msg, err?.message].filter(Boolean).join(' ');
}

function parse(line: string): LogLine {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return {};
  }
}
