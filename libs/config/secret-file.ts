import { readFileSync, statSync } from 'node:fs';

import { Logger } from '@nestjs/common';

import { SettingsError } from './settings-error.ts';

const lookEveryMs = 1_000;

export interface SecretFileOptions<T> {
  /** The setting that holds the path, for those who read a complaint. */
  readonly name: string;
  readonly path: string;
  /** Completes the sentence "X must be …". */
  readonly allowed: string;
  /** Whatever it throws is told to nobody: such messages like to quote what they refuse. */
  parse(text: string): T;
}

/**
 * A secret in a file that may be replaced while the service runs. It is looked at when the value is asked for, at most once a
 * second. What cannot be read or parsed is logged once, and the last good value stays.
 */
export class SecretFile<T> {
  private readonly logger = new Logger(SecretFile.name);
  private readonly options: SecretFileOptions<T>;
  private last: T;
  private inUse: string;
  private refused = '';
  private lookedAt = performance.now();

  /** @throws SettingsError without a word of what the file holds */
  constructor(options: SecretFileOptions<T>) {
    this.options = options;
    this.inUse = this.version();
    try {
      this.last = this.read();
    } catch {
      throw new SettingsError([`${options.name} is refused: it must be ${options.allowed}.`]);
    }
  }

  get value(): T {
    if (performance.now() - this.lookedAt >= lookEveryMs) this.look();
    return this.last;
  }

  private look(): void {
    this.lookedAt = performance.now();
    // Before the content is read: what is replaced in between is seen by the next look.
    const version = this.version();
    if (version === this.inUse) return;
    const { name, allowed } = this.options;
    try {
      this.last = this.read();
      this.inUse = version;
      this.logger.log(`${name} was replaced and is in use.`);
    } catch {
      // Asked for again: it may have been out of reach only for a moment.
      if (version === this.refused) return;
      this.refused = version;
      this.logger.error(`${name} was replaced and is refused: it must be ${allowed}. The last good one stays in use.`);
    }
  }

  private read(): T {
    return this.options.parse(readFileSync(this.options.path, 'utf8'));
  }

  /** A mounted secret is replaced by a link to another file, which may be as old and as long. */
  private version(): string {
    try {
      const { ino, mtimeMs, size } = statSync(this.options.path);
      return `${ino} ${mtimeMs} ${size}`;
    } catch {
      return 'none';
    }
  }
}
