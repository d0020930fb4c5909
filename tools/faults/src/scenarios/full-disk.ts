import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { getuid, platform } from 'node:process';

/** A data folder of PostgreSQL with its log and some thousand orders fits; not much more. */
const megabytes = 320;
const pieceBytes = 65_536;

/** A small disk of its own, in memory, that can be filled to the last byte. */
export class FullDisk {
  readonly folder: string;

  /** Where the disk of a run is. */
  static folderIn(runFolder: string): string {
    return join(runFolder, 'small-disk');
  }

  /** Why there can be none here. */
  static missing(): string | undefined {
    if (platform === 'linux' && getuid?.() === 0) return undefined;
    return 'A disk that can be full is mounted for it, which only root on Linux can do.';
  }

  constructor(runFolder: string) {
    this.folder = FullDisk.folderIn(runFolder);
  }

  mount(): void {
    mkdirSync(this.folder, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0755`, 'tmpfs', this.folder]);
  }

  unmount(): void {
    execFileSync('umount', ['--lazy', this.folder]);
  }

  /** Leaves no byte free. */
  fill(): void {
    const file = openSync(this.ballast, 'w');
    const piece = Buffer.alloc(pieceBytes, 1);
    try {
      for (;;) writeSync(file, piece);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    } finally {
      closeSync(file);
    }
  }

  free(): void {
    rmSync(this.ballast, { force: true });
  }

  private get ballast(): string {
    return join(this.folder, 'ballast');
  }
}
