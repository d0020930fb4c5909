import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { commandOf } from '../supervisor/process-table.ts';
import { UserError } from '../user-error.ts';

/** Lets one run at a time use a state folder. */
export class RunLock {
  private readonly file: string;
  private readonly program: string;

  /** @throws UserError naming the run that has it, of this program */
  constructor(state: string, program = 'start.ts') {
    this.program = program;
    this.file = join(state, 'run.pid');
    mkdirSync(state, { recursive: true });
    while (!this.take()) {
      const other = this.holder();
      if (other !== undefined) {
        throw new UserError(
          `Towpath is already running as process ${other}, with its state in ${state}. Stop that one first (kill ${other}), or give this one another place: --state and --port-base.`,
        );
      }
      this.release();
    }
  }

  release(): void {
    rmSync(this.file, { force: true });
  }

  private take(): boolean {
    try {
      writeFileSync(this.file, String(process.pid), { flag: 'wx' });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    }
  }

  /** A run that was killed left its number behind, and the system may have given that to something else. */
  private holder(): number | undefined {
    try {
      const pid = Number(readFileSync(this.file, 'utf8'));
      return commandOf(pid)?.includes(this.program) ? pid : undefined;
    } catch {
      return undefined;
    }
  }
}
