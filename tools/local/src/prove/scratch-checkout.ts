import { chmodSync, cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** What a fresh clone does not have. */
const madeLater = new Set(['node_modules', 'dist', '.nx', '.towpath', '.git', 'coverage']);

/** A copy of the checkout in which nothing was built and nothing ever ran; only the dependencies are installed. */
export class ScratchCheckout {
  readonly folder = mkdtempSync(join(tmpdir(), 'towpath-prove-'));

  constructor(root: string) {
    // PostgreSQL's account has to pass through when we are root.
    chmodSync(this.folder, 0o755);
    cpSync(root, this.folder, { recursive: true, filter: (path) => path === root || !madeLater.has(basename(path)) });
    for (const modules of ['node_modules', 'tools/node/node_modules']) {
      symlinkSync(join(root, modules), join(this.folder, modules));
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
