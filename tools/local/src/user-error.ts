/** A failure that the person at the keyboard can act on: its message is one whole sentence, shown without a stack. */
export class UserError extends Error {
  override readonly name: string = 'UserError';
}

/** The sentence for any failure: ours as written, the well-known ones of the system translated, the rest as they say. */
export function explain(error: unknown): string {
  const { code, path, message } = error as NodeJS.ErrnoException;
  const where = path === undefined ? '' : ` (${path})`;
  if (code === 'ENOSPC' || isAboutFullDisk(message))
    return `The disk is full${where}. Free some space and start again.`;
  if (error instanceof UserError) return message;
  if (code === 'EACCES' || code === 'EROFS') return `No permission to write${where}. Make it writable and start again.`;
  return message;
}

/** PostgreSQL, Node and Nx report it in lines of their own. */
function isAboutFullDisk(text: string): boolean {
  return /No space left on device|ENOSPC/.test(text);
}
