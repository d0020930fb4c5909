/** Seen from the side that connects: `up` is what it sends, `down` what it is sent. Without one, both are meant. */
export type Direction = 'up' | 'down';

/** What can be done to the bytes of a link; the names are Toxiproxy's where it has one. */
export type Toxic =
  | { readonly kind: 'latency'; readonly ms: number; readonly jitterMs?: number; readonly direction?: Direction }
  /** Bytes vanish and nobody is told: neither end learns that the other is gone. New connections hang too. */
  | { readonly kind: 'blackhole'; readonly direction?: Direction }
  | { readonly kind: 'throttle'; readonly bytesPerSecond: number; readonly direction?: Direction }
  /** Both ends are reset as soon as this many bytes went through since the toxic was set, counted for each connection. */
  | { readonly kind: 'cut'; readonly afterBytes: number; readonly direction?: Direction }
  /** Bytes arrive in pieces of about this size, with pauses between. */
  | { readonly kind: 'slicer'; readonly bytes: number; readonly pauseMs?: number; readonly direction?: Direction }
  /** The end of one side reaches the other this much later. */
  | { readonly kind: 'slow-close'; readonly ms: number };
