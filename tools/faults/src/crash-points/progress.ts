import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { uncommitted } from '../run-facts.ts';

/**
 * Which steps are done, on disk: a sweep that was stopped goes on with the first seed that was not over. Of another commit, or
 * of files that are not committed, nothing is taken over.
 */
export class Progress {
  private readonly file: string;
  private readonly done: Set<string>;

  constructor(file: string, commit: string) {
    this.file = file;
    mkdirSync(dirname(file), { recursive: true });
    const [of, ...steps] = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
    const isSame = of === commit && !commit.endsWith(uncommitted);
    this.done = new Set(isSame ? steps : []);
    if (!isSame) writeFileSync(file, `${commit}\n`);
  }

  has(step: string): boolean {
    return this.done.has(step);
  }

  add(step: string): void {
    this.done.add(step);
    appendFileSync(this.file, `${step}\n`);
  }

  /** The next sweep begins at its beginning. */
  forget(): void {
    rmSync(this.file, { force: true });
  }
}
