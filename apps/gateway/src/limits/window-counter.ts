import { LRUCache } from 'lru-cache';

/** What was counted for one key since its window began. */
export interface Count {
  readonly used: number;
  /** Milliseconds until the window ends. */
  readonly endsInMs: number;
}

interface Window {
  used: number;
  endsAt: number;
}

/** Far more clients than one process serves at once. When there are more, who was not seen for the longest time begins anew. */
const maxKeys = 20_000;

/** Counts in the memory of this process. The window of a key begins with what is counted first. */
export class WindowCounter {
  private readonly windows = new LRUCache<string, Window>({ max: maxKeys });

  constructor(
    private readonly windowMs: number,
    private readonly now = () => performance.now(),
  ) {}

  /** Adds points, or takes them back; never below none. */
  add(key: string, points: number): Count {
    return this.change(key, (window) => (window.used = Math.max(0, window.used + points)));
  }

  /** There are at least so many, counted elsewhere. */
  raise(key: string, { used, endsInMs }: Count): void {
    this.change(key, (window) => {
      window.used = Math.max(window.used, used);
      window.endsAt = Math.max(window.endsAt, this.now() + Math.min(endsInMs, this.windowMs));
    });
  }

  private change(key: string, change: (window: Window) => void): Count {
    const now = this.now();
    const known = this.windows.get(key);
    const window = known && now < known.endsAt ? known : { used: 0, endsAt: now + this.windowMs };
    change(window);
    if (window !== known) this.windows.set(key, window);
    return { used: window.used, endsInMs: window.endsAt - now };
  }
}
