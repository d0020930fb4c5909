import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';

import { SettingsError } from '@towpath/config';

/** `<SHA-1 in hex>`, or `<SHA-1 in hex>:<how often>`. */
const line = /^([\da-f]{40})(:\d{1,12})?\r?$/i;
const longestLine = 64;
const samples = 64;

interface Found {
  readonly hash: string;
  readonly from: number;
  readonly to: number;
}

/**
 * Passwords known from data breaches, in a file with a line for each, sorted by SHA-1, as the well-known lists have them.
 * It is searched where it is: of tens of gigabytes, some forty times 128 bytes are read. Without a file none is known.
 */
export class BreachedPasswords {
  private constructor(
    private readonly file?: FileHandle,
    private readonly bytes = 0,
  ) {}

  /** @throws SettingsError when the file is no such list */
  static async in(path: string | undefined): Promise<BreachedPasswords> {
    if (path === undefined) return new BreachedPasswords();
    const file = await open(path, 'r');
    const passwords = new BreachedPasswords(file, (await file.stat()).size);
    if (await passwords.isSorted()) return passwords;
    await file.close();
    throw new SettingsError([
      'BREACHED_PASSWORDS_FILE is refused: it must have the SHA-1 of a password on each line, in hex, sorted.',
    ]);
  }

  async has(password: string): Promise<boolean> {
    const wanted = createHash('sha1').update(password).digest('hex');
    let [from, to] = [0, this.bytes];
    while (from < to) {
      const middle = Math.floor((from + to) / 2);
      const found = await this.lineFrom(middle);
      if (found?.hash === wanted) return true;
      if (found && found.from < to && found.hash < wanted) from = found.to;
      else to = middle;
    }
    return false;
  }

  async close(): Promise<void> {
    await this.file?.close();
  }

  /** As far as a few lines from all over the file tell. */
  private async isSorted(): Promise<boolean> {
    try {
      const offsets = Array.from({ length: samples }, (_, index) => Math.floor((index * this.bytes) / samples));
      const found = await Promise.all(offsets.map((offset) => this.lineFrom(offset)));
      const hashes = found.flatMap((each) => each?.hash ?? []);
      return hashes.length > 0 && hashes.every((hash, index) => index === 0 || hashes[index - 1]! <= hash);
    } catch {
      return false;
    }
  }

  /** The first line that begins at this byte or behind it. @throws Error when it holds no SHA-1 */
  private async lineFrom(offset: number): Promise<Found | undefined> {
    const start = Math.max(0, offset - 1);
    const { buffer, bytesRead } = await this.file!.read(Buffer.alloc(2 * longestLine), 0, 2 * longestLine, start);
    const text = buffer.toString('latin1', 0, bytesRead);
    const begin = offset === 0 ? 0 : text.indexOf('\n') + 1;
    if (begin === text.length || (offset > 0 && begin === 0)) return undefined;
    const [first = ''] = text.slice(begin).split('\n', 1);
    const [, hash] = line.exec(first) ?? [];
    if (!hash) throw new Error(`There is no SHA-1 at byte ${start + begin} of the list of breached passwords.`);
    return { hash: hash.toLowerCase(), from: start + begin, to: start + begin + first.length + 1 };
  }
}
