import { createReadStream, createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';

import type { Attempt, HistoryLine, Stocked } from './attempt.ts';

/** What the clients of a run did and saw, one line each, on disk as it happens: a run may be longer than memory. */
export class History {
  readonly file: string;
  private readonly stream: WriteStream;
  private failure: Error | undefined;

  constructor(file: string) {
    this.file = file;
    mkdirSync(dirname(file), { recursive: true });
    this.stream = createWriteStream(file, { flags: 'a' });
    this.stream.on('error', (error) => (this.failure = error));
  }

  record(attempt: Omit<Attempt, 'is'>): void {
    this.write({ is: 'attempt', ...attempt });
  }

  stocked(product: Omit<Stocked, 'is'>): void {
    this.write({ is: 'stocked', ...product });
  }

  /** Every line so far, in the order in which they ended. @throws Error when something could not be written */
  async *lines(): AsyncGenerator<HistoryLine> {
    await this.written();
    for await (const line of createInterface({ input: createReadStream(this.file), crlfDelay: Infinity })) {
      if (line) yield JSON.parse(line) as HistoryLine;
    }
  }

  async close(): Promise<void> {
    if (this.stream.closed) return;
    await new Promise<void>((resolve) => this.stream.end(resolve));
  }

  private write(line: HistoryLine): void {
    this.stream.write(`${JSON.stringify(line)}\n`);
  }

  /** Resolves once all that was recorded is in the file. */
  private async written(): Promise<void> {
    if (!this.stream.writableEnded) await new Promise((resolve) => this.stream.write('', resolve));
    if (this.failure) throw this.failure;
  }
}
