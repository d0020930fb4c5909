import { OpenStream } from './open-streams.ts';

export interface EventStreamOptions {
  /** Between two signs of life, so that nobody on the way takes the silence for a lost connection; 15 s. */
  readonly heartbeatMs?: number;
  /** When it ends by itself; a client comes back and says where it was. 5 min. */
  readonly lastsMs?: number;
  /** What may wait for a client that does not read; beyond it the client is cut off. 64 KiB. */
  readonly maxWaitingBytes?: number;
  /** How long a client may take, once it has ended, to read what waits; then it is cut off. 10 s. */
  readonly lingersMs?: number;
}

export interface ServerEvent<T> {
  /** What a client that comes back says as `Last-Event-ID`. */
  readonly id: number;
  /** Sent as JSON. */
  readonly data: T;
}

/**
 * What the handler of a route with `isStream` returns: server-sent events, sent as they come up. Emits `close` when it is over,
 * whoever ended it: the handler, the client by leaving, or the process by draining.
 */
export class EventStream<T> extends OpenStream {
  private readonly maxWaitingBytes: number;
  private readonly lingersMs: number;
  private readonly heartbeat: NodeJS.Timeout;
  private timeLeft: NodeJS.Timeout;
  private isOpen = true;

  constructor(options: EventStreamOptions = {}) {
    super({ read: () => {} });
    const { heartbeatMs = 15_000, lastsMs = 300_000, maxWaitingBytes = 64 * 1024, lingersMs = 10_000 } = options;
    this.maxWaitingBytes = maxWaitingBytes;
    this.lingersMs = lingersMs;
    this.heartbeat = setInterval(() => this.write(':\n\n'), heartbeatMs);
    this.timeLeft = setTimeout(() => this.end(), lastsMs);
    // The head of an answer leaves with the first bytes of its body.
    this.write('retry: 2000\n\n');
  }

  /** Does nothing once it has ended. */
  send({ id, data }: ServerEvent<T>): void {
    this.write(`id: ${id}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  override end(): void {
    if (!this.isOpen) return;
    this.close();
    this.push(null);
    // `close` is emitted once all is read: whoever never reads would keep its place for ever.
    this.timeLeft = setTimeout(() => this.destroy(), this.lingersMs);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.close();
    done(error);
  }

  private write(text: string): void {
    if (!this.isOpen) return;
    this.push(text);
    if (this.readableLength > this.maxWaitingBytes) this.destroy(new Error('The client does not read.'));
  }

  private close(): void {
    this.isOpen = false;
    clearInterval(this.heartbeat);
    clearTimeout(this.timeLeft);
  }
}
