import { OpenStream } from '@towpath/http';
import type { Dispatcher } from 'undici';

/** What may wait here for a client that reads slowly, in bytes; the service waits with the rest. */
const maxWaiting = 16 * 1024;

/** A stream of events on its way through: no faster than the client reads, and over for both sides as soon as it is for one. */
export class PipedStream extends OpenStream {
  constructor(private readonly service: Dispatcher.DispatchController) {
    super({ highWaterMark: maxWaiting });
  }

  pass(chunk: Buffer): void {
    if (!this.destroyed && !this.push(chunk)) this.service.pause();
  }

  override end(): void {
    if (!this.destroyed) this.push(null);
  }

  override _read(): void {
    this.service.resume();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.service.abort(error ?? new Error('Nobody reads it any more.'));
    done(error);
  }
}
