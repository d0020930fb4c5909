import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Random } from '../random.ts';
import type { Toxics } from './toxic.ts';

/** What came from one side and is to reach the other: bytes, its end, or its breaking off. */
interface Item {
  readonly content: Buffer | 'end' | 'reset';
  readonly at: number;
  readonly luck: number;
}

interface Ends {
  readonly source: Socket;
  readonly target: Socket;
  /** Resets both. */
  cut(why: 'toxic' | 'source'): void;
  /** Bytes came from the source. */
  heard(): void;
}

/** More than this waits in the sockets. */
const mostHeldBytes = 1_048_576;

/** One direction of one connection, under toxics that may change at any time. */
export class Pipe {
  private readonly ends: Ends;
  private readonly random: Random;
  private readonly queue: Item[] = [];
  private toxics: Toxics;
  private held = 0;
  /** Bytes since the toxics were set. */
  private passed = 0;
  private pumping = false;
  private reconsider: () => void = () => undefined;

  constructor(ends: Ends, toxics: Toxics, random: Random) {
    this.ends = ends;
    this.toxics = toxics;
    this.random = random;
    const { source } = ends;
    source.on('data', (chunk) => this.take(chunk));
    source.on('end', () => this.put('end'));
    source.on('error', () => this.put('reset'));
  }

  set(toxics: Toxics): void {
    this.toxics = toxics;
    this.passed = 0;
    this.reconsider();
  }

  private take(chunk: Buffer): void {
    this.ends.heard();
    if (this.toxics.none && !this.pumping) return this.forward(chunk);
    this.put(chunk);
    this.held += chunk.length;
    if (this.held > mostHeldBytes) this.ends.source.pause();
  }

  /** Without toxics nothing waits but for the target. */
  private forward(chunk: Buffer): void {
    const { source, target } = this.ends;
    if (target.write(chunk)) return;
    source.pause();
    target.once('drain', () => source.resume());
  }

  private put(content: Item['content']): void {
    this.queue.push({ content, at: performance.now(), luck: this.random.next() * 2 - 1 });
    if (!this.pumping) void this.pump();
  }

  private async pump(): Promise<void> {
    this.pumping = true;
    for (let item = this.queue[0]; item !== undefined; item = this.queue[0]) {
      await this.pass(item);
      this.queue.shift();
    }
    this.pumping = false;
  }

  private async pass({ content, at, luck }: Item): Promise<void> {
    await this.until(() => at + this.toxics.delayMs(luck));
    if (content === 'reset') return this.ends.cut('source');
    if (content !== 'end') return this.deliver(content);
    await this.until(() => at + this.toxics.closeDelayMs);
    this.ends.target.end();
  }

  private async deliver(bytes: Buffer): Promise<void> {
    let rest = bytes;
    while (rest.length > 0) {
      await this.until(() => 0);
      const portion = this.toxics.portion(rest.length, this.passed);
      await this.write(rest.subarray(0, portion.bytes));
      this.passed += portion.bytes;
      rest = rest.subarray(portion.bytes);
      if (portion.last) return this.ends.cut('toxic');
      const writtenAt = performance.now();
      await this.until(() => (this.toxics.none ? 0 : writtenAt + portion.pauseMs));
    }
    this.held -= bytes.length;
    if (this.held <= mostHeldBytes) this.ends.source.resume();
  }

  private async write(piece: Buffer): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ends.target.write(piece, () => resolve());
    await promise;
  }

  /** Resolves when that moment has come and nothing is blackholed; both are asked again when the toxics change. */
  private async until(moment: () => number): Promise<void> {
    for (;;) {
      const ms = this.toxics.blackholed ? Infinity : moment() - performance.now();
      if (ms <= 0 || this.ends.target.destroyed) return;
      const changed = new AbortController();
      this.reconsider = () => changed.abort();
      await (ms === Infinity
        ? aborted(changed.signal)
        : sleep(ms, undefined, { signal: changed.signal, ref: false }).catch(() => 0));
    }
  }
}

function aborted(signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve) => signal.addEventListener('abort', resolve));
}
