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
    const isAllowed = (port: string) => this.#allowed.has(port);
    const real = this.#real;
    Socket.prototype.connect = function connect(this: Socket, ...args: unknown[]) {
      const port = portOf(args);
      if (port === undefined || isAllowed(port)) return Reflect.apply(real, this, args) as Socket;
      const refused = new Error(`This test did not declare that it connects to port ${port}.`);
      setImmediate(() => this.destroy(Object.assign(refused, { code: 'ECONNREFUSED' })));
      return this;
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
