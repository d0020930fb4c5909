/** What a check is about, in the order of the summary. */
export const kinds = ['plan', 'lint', 'types', 'build', 'unit', 'component', 'contract', 'end to end'] as const;
export type Kind = (typeof kinds)[number];

/** One thing that was checked: a target of a project, or one test. */
export interface Check {
  readonly kind: Kind;
  readonly name: string;
  readonly status: 'passed' | 'failed' | 'skipped';
  /** Why it was skipped. */
  readonly reason?: string;
}

/** A target of a project, and how running it ended. */
export interface Task {
  readonly project: string;
  readonly target: string;
  readonly ended: 'well' | 'badly' | 'never';
}
