/** A failure that the person at the keyboard can act on: its message is one whole sentence, shown without a stack. */
export class UserError extends Error {
  override readonly name = 'UserError';
}

/** The sentence for any failure: ours as written, the well-known ones of the system translated, the rest as they say. */
export function sentenceOf(error: unknown): string {
  if (error instanceof UserError) return error.message;
  const { code, path, message } = error as NodeJS.ErrnoException;
  const where = path === undefined ? '' : ` (${path})`;
  if (code === 'ENOSPC') return `The disk is full${where}. Free some space and start again.`;
  if (code === 'EACCES' || code === 'EROFS') return `No permission to write${where}. Make it writable and start again.`;
  return message ?? String(error);
}
