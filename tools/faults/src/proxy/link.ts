import type { Toxic } from './toxic.ts';

/** One way from a process to what it depends on; all its bytes go through us. */
export interface Link {
  /** As in `order-processor-worker-1→postgres-order-processor`; `…→payment-messages` where services send each other messages. */
  readonly name: string;
  /** The process that connects. */
  readonly from: string;
  /** What it connects to: a process, or a service behind its balancer. */
  readonly to: string;
  /** From now on, for what is open too; in place of what was set before. */
  set(...toxics: Toxic[]): void;
  /** Takes every toxic back; what they held up goes on. */
  heal(): void;
  /** Resets every open connection (RST) at once. */
  reset(): void;
  /** Connections that are open right now. */
  readonly open: number;
  /** Of them, those whose last bytes went up: somebody waits for an answer. */
  readonly waiting: number;
  /** Connections that the toxic `cut` has reset, ever. */
  readonly cuts: number;
}
