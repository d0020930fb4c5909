/** A failure that the person at the keyboard can act on: its message is one whole sentence, shown without a stack. */
export class UserError extends Error {
  override readonly name: string = 'UserError';
}
