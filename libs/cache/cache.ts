import { LRUCache } from 'lru-cache';

export interface CacheOptions {
  /** The longest time that a value is served without being loaded again. */
  readonly ttlMs: number;
  /** Beyond it the least recently read value goes. */
  readonly maxEntries: number;
  /** Told of every read: whether the value was there. */
  readonly onRead?: (hit: boolean) => void;
  /** Milliseconds since any fixed moment. */
  readonly now?: () => number;
}

/**
 * Remembers values that are loaded from where the truth is. Reading is asynchronous, so that a slower tier can stand
 * between memory and the truth. Values are shared by all readers: never change one.
 */
export class Cache<K extends string, V extends object> {
  readonly #memory: LRUCache<K, V>;
  readonly #loads = new Map<K, Promise<V | undefined>>();
  readonly #onRead: (hit: boolean) => void;

  constructor({ ttlMs, maxEntries, onRead = () => undefined, now = () => performance.now() }: CacheOptions) {
    this.#memory = new LRUCache({ max: maxEntries, ttl: ttlMs, ttlResolution: 0, perf: { now } });
    this.#onRead = onRead;
  }

  /**
   * The value of the key. However many ask at once, it is loaded once. Absence is not remembered.
   * @throws what `load` throws, to everybody who waits for it; the next reader loads again
   */
  async get(key: K, load: (key: K) => Promise<V | undefined>): Promise<V | undefined> {
    const known = this.#memory.get(key);
    this.#onRead(known !== undefined);
    return known ?? this.#loads.get(key) ?? this.#keep(key, load(key));
  }

  /** Loads these keys in one go, also those that are known, so that readers find them and find them fresh. */
  async warm(keys: readonly K[], loadMany: (keys: readonly K[]) => Promise<ReadonlyMap<K, V>>): Promise<void> {
    const loading = loadMany(keys);
    await Promise.all([
      loading,
      ...keys.map((key) =>
        this.#keep(
          key,
          loading.then((loaded) => loaded.get(key)),
        ),
      ),
    ]);
  }

  /** The value has changed: what is known, and what is being loaded at this moment, is not served to later readers. */
  invalidate(key: K): void {
    this.#loads.delete(key);
    this.#memory.delete(key);
  }

  /** Keeps what is loaded unless the key was invalidated meanwhile, for then it may be the old value. */
  async #keep(key: K, loading: Promise<V | undefined>): Promise<V | undefined> {
    this.#loads.set(key, loading);
    try {
      const value = await loading;
      if (value && this.#loads.get(key) === loading) this.#memory.set(key, value);
      return value;
    } finally {
      if (this.#loads.get(key) === loading) this.#loads.delete(key);
    }
  }
}
