import { type FileHandle, mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

interface Numbered {
  /** 1, 2, 3 …, so that a missing line is noticed. */
  readonly n: number;
}

const newline = 0x0a;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * An append-only file of JSON lines. Records appended together reach the disk with one fsync. A last line that a crash
 * cut short was never answered for and is cut off; anything else that cannot be read is refused.
 */
export class Journal<R extends Numbered> {
  private readonly file: FileHandle;
  private waiting: string[] = [];
  private flushing: Promise<void> = Promise.resolve();
  private next: Promise<void> | undefined;
  private failure: unknown;

  private constructor(file: FileHandle) {
    this.file = file;
  }

  /** @throws Error that names the line, when one before the last cannot be read or is missing. */
  static async open<R extends Numbered>(path: string, replay: (record: R) => void): Promise<Journal<R>> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(path, 'a', 0o600);
    try {
      await file.truncate(replayAll(path, await readFile(path), replay));
      await file.sync();
    } catch (error) {
      await file.close();
      throw error;
    }
    return new Journal<R>(file);
  }

  append(record: R): void {
    this.waiting.push(`${JSON.stringify(record)}\n`);
  }

  /** Resolves once everything appended so far would survive a power cut. */
  async settled(): Promise<void> {
    if (this.waiting.length > 0) {
      this.next ??= this.flushing.then(() => this.flush());
    }
    await (this.next ?? this.flushing);
    if (this.failure) {
      throw new Error('The log cannot be written, and nothing that is not in it may be answered.', {
        cause: this.failure,
      });
    }
  }

  async close(): Promise<void> {
    await this.settled().finally(() => this.file.close());
  }

  private flush(): Promise<void> {
    const lines = this.waiting.splice(0).join('');
    this.next = undefined;
    this.flushing = this.file
      .writeFile(lines)
      .then(() => this.file.datasync())
      .catch((error: unknown) => {
        this.failure ??= error;
      });
    return this.flushing;
  }
}

/** @returns how many bytes hold whole records. */
function replayAll<R extends Numbered>(path: string, bytes: Buffer, replay: (record: R) => void): number {
  let start = 0;
  for (let line = 1; ; line += 1) {
    const end = bytes.indexOf(newline, start);
    if (end === -1) {
      return start;
    }
    const record = parse<R>(bytes.subarray(start, end));
    if (!record && end + 1 === bytes.length) {
      return start;
    }
    if (record?.n !== line) {
      throw new Error(
        `${path} is damaged at line ${line}. It is the provider's only record of what was charged: restore it from a ` +
          'copy, or move it away to start with an empty provider.',
      );
    }
    replay(record);
    start = end + 1;
  }
}

function parse<R extends Numbered>(line: Uint8Array): R | undefined {
  try {
    const value: unknown = JSON.parse(utf8.decode(line));
    return typeof value === 'object' && value !== null && 'n' in value ? (value as R) : undefined;
  } catch {
    return undefined;
  }
}
