/** The values that settings are read from. Nothing else in the workspace looks at `process.env`. */
export class Environment {
  constructor(readonly values: Readonly<Record<string, string | undefined>>) {}

  /** A copy: later changes of `process.env` are not seen. */
  static fromProcess(): Environment {
    return new Environment({ ...process.env });
  }
}
