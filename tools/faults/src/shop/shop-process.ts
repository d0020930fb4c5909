/** One process of the shop, and what can be done to it. */
export interface ShopProcess {
  /** `order-processor-worker-1`, `gateway-2`, `postgres-payment`, `kafka-1`, `redis`, `payment-sandbox`. */
  readonly name: string;
  readonly kind: ProcessKind;
  /** Of a service, and of the PostgreSQL server of one. */
  readonly service?: string;
  readonly role?: 'api' | 'worker' | 'all';
  /** 0 while it is down. */
  readonly pid: number;
  /** The base URL of /health, /ready and /metrics of a service. */
  readonly management?: string;
  /** Where a service itself answers requests, past its balancer. */
  readonly url?: string;
  /** SIGKILL for all of it (PostgreSQL: its children too); it is started again `downMs` later. Resolves when it is gone. */
  kill(downMs?: number): Promise<void>;
  /** SIGSTOP for all of it, SIGCONT `ms` later; resolves then. */
  pause(ms: number): Promise<void>;
  /** SIGTERM; resolves when it has ended by itself. It is started again at once. */
  terminate(): Promise<void>;
  /** Ends it (SIGKILL unless said) and resolves when it is gone; it stays down until `up`. */
  down(signal?: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** Resolves when it is ready again. */
  up(): Promise<void>;
  /** Ends it as `terminate` does and starts it with these settings over those of its first start; resolves when it is ready. */
  restart(settings: Readonly<Record<string, string>>): Promise<void>;
  /** Resolves when it is ready, with the milliseconds that its last start took; at once if it is ready already. */
  untilReady(): Promise<number>;
  /** Requests, messages, provider calls and transactions that are open in it at this moment. Never throws: what cannot be asked has none. */
  inFlight(): Promise<number>;
}

export type ProcessKind = 'service' | 'postgres' | 'kafka' | 'redis' | 'sandbox';
