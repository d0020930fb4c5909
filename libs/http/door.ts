import type { Server } from 'node:http';
import { Server as NetServer } from 'node:net';

/** A client may be sending on a connection that looks idle here; it still gets an answer, which says that it is the last. */
const idleGraceMs = 300;
const sweepEveryMs = 50;

/** The way in for requests, as it is closed at the end. */
export class HttpDoor {
  constructor(private readonly server: Server) {}

  /** Accepts no more connections; resolves when every request is answered and every connection closed. */
  async close(): Promise<void> {
    if (!this.server.listening) return;
    // Not that of http.Server, which would cut all idle connections at once.
    const closed = new Promise<unknown>((resolve) => NetServer.prototype.close.call(this.server, resolve));
    let sweep: NodeJS.Timeout | undefined;
    const grace = setTimeout(() => {
      sweep = setInterval(() => this.server.closeIdleConnections(), sweepEveryMs);
    }, idleGraceMs);
    await closed;
    clearTimeout(grace);
    clearInterval(sweep);
  }

  closeAll(): void {
    this.server.closeAllConnections();
  }
}
