/** Seen from the side that connects: `up` is what it sends, `down` what it is sent. Without one, both are meant. */
export type Direction = 'up' | 'down';

/** What can be done to the bytes of a link; the names are Toxiproxy's where it has one. */
export type Toxic =
  | { readonly kind: 'latency'; readonly ms: number; readonly jitterMs?: number; readonly direction?: Direction }
  /**
   * As a firewall that drops: nothing gets through and nobody is told, neither of bytes nor of an end. Once it is healed all that was
   * sent meanwhile goes on, as TCP would send it again: late bytes are part of the fault. New connections wait for it too.
   */
  | { readonly kind: 'blackhole'; readonly direction?: Direction }
  | { readonly kind: 'throttle'; readonly bytesPerSecond: number; readonly direction?: Direction }
  /** Both ends are reset once this many bytes went through since the toxic was set, counted for each connection. */
  | { readonly kind: 'cut'; readonly afterBytes: number; readonly direction?: Direction }
  /** Bytes arrive in pieces of at most this size, with pauses between. */
  | { readonly kind: 'slicer'; readonly bytes: number; readonly pauseMs?: number; readonly direction?: Direction }
  /** The end of one side reaches the other this much later. */
  | { readonly kind: 'slow-close'; readonly ms: number };

/** What goes through at once, and the pause before more may follow. */
export interface Portion {
  readonly bytes: number;
  readonly pauseMs: number;
  /** Nothing follows it: both ends are reset. */
  readonly last: boolean;
}

const ticksPerSecond = 20;

/** What the toxics of a link mean for one direction of it. */
export class Toxics {
  private readonly list: readonly Toxic[];

  constructor(toxics: readonly Toxic[], direction: Direction) {
    this.list = toxics.filter((toxic) => !('direction' in toxic) || (toxic.direction ?? direction) === direction);
  }

  get none(): boolean {
    return this.list.length === 0;
  }

  get blackholed(): boolean {
    return this.list.some(({ kind }) => kind === 'blackhole');
  }

  /** `luck`, from -1 to 1, says where in the jitter's range. */
  delayMs(luck: number): number {
    const delays = this.each('latency').map(({ ms, jitterMs = 0 }) => Math.max(0, ms + jitterMs * luck));
    return delays.reduce((sum, ms) => sum + ms, 0);
  }

  get closeDelayMs(): number {
    return this.each('slow-close').reduce((sum, { ms }) => sum + ms, 0);
  }

  /** Of `available` bytes, on a connection that let `passed` through since the toxics were set. */
  portion(available: number, passed: number): Portion {
    const throttled = this.each('throttle').map(({ bytesPerSecond }) => {
      const bytes = Math.max(1, Math.floor(bytesPerSecond / ticksPerSecond));
      return { bytes, pauseMs: (Math.min(bytes, available) / bytesPerSecond) * 1_000 };
    });
    const sliced = this.each('slicer').map(({ bytes, pauseMs = 0 }) => ({ bytes, pauseMs }));
    const [slowest] = [...throttled, ...sliced].sort((one, other) => one.bytes - other.bytes);
    const left = Math.min(...this.each('cut').map(({ afterBytes }) => Math.max(0, afterBytes - passed)));
    const bytes = Math.min(available, slowest?.bytes ?? available, left);
    return { bytes, pauseMs: slowest?.pauseMs ?? 0, last: bytes === left };
  }

  private each<K extends Toxic['kind']>(kind: K): Extract<Toxic, { kind: K }>[] {
    return this.list.filter((toxic): toxic is Extract<Toxic, { kind: K }> => toxic.kind === kind);
  }
}
