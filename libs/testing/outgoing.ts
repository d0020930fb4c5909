import { Socket } from 'node:net';

type Connect = typeof Socket.prototype.connect;

/** Refuses every connection that was not declared: a test that talks to something else by accident fails. */
export class OutgoingGuard {
  readonly #allowed = new Set<string>();
  readonly #real: Connect = Socket.prototype.connect;

  allow(...urls: readonly string[]): void {
    for (const url of urls) this.#allowed.add(new URL(url).port);
  }

  start(): void {
    const guard = this;
    Socket.prototype.connect = function connect(this: Socket, ...args: unknown[]) {
      const port = portOf(args);
      if (port !== undefined && !guard.#allowed.has(port)) {
        const refused = Object.assign(new Error(`This test did not declare that it connects to port ${port}.`), { code: 'ECONNREFUSED' });
        setImmediate(() => this.destroy(refused));
        return this;
      }
      return Reflect.apply(guard.#real, this, args) as Socket;
    } as Connect;
  }

  stop(): void {
    Socket.prototype.connect = this.#real;
  }
}

/** Node normalises its arguments before it calls itself: they may come as one array. */
function portOf(args: unknown[]): string | undefined {
  const [first] = (Array.isArray(args[0]) ? args[0] : args) as unknown[];
  if (typeof first === 'object' && first !== null && 'port' in first) return String(first.port);
  return typeof first === 'number' || /^\d+$/.test(String(first)) ? String(first) : undefined;
}
