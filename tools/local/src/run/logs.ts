import { createWriteStream, mkdirSync, rmSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';

/** What the processes of this run wrote, one file each. */
export class Logs {
  private readonly folder: string;
  private readonly files = new Map<string, WriteStream>();

  constructor(state: string) {
    this.folder = join(state, 'logs');
    rmSync(this.folder, { recursive: true, force: true });
    mkdirSync(this.folder, { recursive: true });
  }

  write(name: string, line: string): void {
    this.fileOf(name).write(`${line}\n`);
  }

  close(): void {
    for (const file of this.files.values()) file.end();
  }

  private fileOf(name: string): WriteStream {
    const known = this.files.get(name);
    if (known !== undefined) return known;
    const file = createWriteStream(join(this.folder, `${name.match(/[a-z0-9-]+/g)?.join('-')}.log`));
    // A full disk costs the log, not the run.
    file.on('error', () => undefined);
    this.files.set(name, file);
    return file;
  }
}
