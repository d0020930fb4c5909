import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Deletes folders. Freeing what databases wrote takes a disk seconds: they are out of the way at once, and gone a while later. */
export function discard(folders: readonly string[]): void {
  const bin = mkdtempSync(join(tmpdir(), 'towpath-gone-'));
  folders
    .filter((folder) => existsSync(folder))
    .forEach((folder, index) => moveOrDelete(folder, join(bin, String(index))));
  spawn('rm', ['-rf', bin], { detached: true, stdio: 'ignore' }).unref();
}

function moveOrDelete(folder: string, to: string): void {
  try {
    renameSync(folder, to);
  } catch {
    // On another disk.
    rmSync(folder, { recursive: true, force: true });
  }
}
