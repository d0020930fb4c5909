/** The environment cannot be started with. The message has one line per wrong setting and shows no secret. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';

  constructor(readonly wrong: readonly string[]) {
    super(wrong.join('\n'));
  }
}
