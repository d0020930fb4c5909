import { LRUCache } from 'lru-cache';

import type { Loaded } from './shared-tier.ts';

/** What stands between memory and the truth. */
export interface SlowerTier<V> {
  /** The value as it is known there, or else as `load` says. */
  get(key: string, load: () => Promise<V | undefined>): Promise<Loaded<V> | undefined>;
  forget(key: string): void;
}

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

type Load<K, V> = (key: K) => Promise<V | undefined>;

/**
 * Remembers values that are loaded from where the truth is. Reading is asynchronous, so that a slower tier can stand
 * between memory and the truth. Values are shared by all readers: never change one.
 */
export class Cache<K extends string, V extends object> {
  readonly #memory: LRUCache<K, V>;
  readonly #loads = new Map<K, Promise<V | undefined>>();
  readonly #ttlMs: number;
  readonly #onRead: (hit: boolean) => void;
  #slower?: SlowerTier<V>;

  constructor({ ttlMs, maxEntries, onRead = () => undefined, now = () => performance.now() }: CacheOptions) {
    this.#memory = new LRUCache({ max: maxEntries, ttl: ttlMs, ttlResolution: 0, perf: { now } });
    this.#ttlMs = ttlMs;
    this.#onRead = onRead;
  }

  /** From now on values come through it. */
  over(slower: SlowerTier<V>): this {
    this.#slower = slower;
    return this;
  }

  /**
   * The value of the key. However many ask at once, it is loaded once. Absence is not remembered.
   * @throws what `load` throws, to everybody who waits for it; the next reader loads again
   */
  async get(key: K, load: Load<K, V>): Promise<V | undefined> {
    const known = this.#memory.get(key);
    this.#onRead(known !== undefined);
    return known ?? this.#loads.get(key) ?? this.#load(key, load);
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
    this.drop(key);
    this.#slower?.forget(key);
  }

  /** As {@link invalidate}, in this process alone; of every key if none is given. */
  drop(key?: K): void {
    if (key === undefined) {
      this.#loads.clear();
      this.#memory.clear();
    } else {
      this.#loads.delete(key);
      this.#memory.delete(key);
    }
  }

  #load(key: K, load: Load<K, V>): Promise<V | undefined> {
    if (!this.#slower) return this.#keep(key, load(key));
    let ageMs = 0;
    const loading = this.#slower
      .get(key, () => load(key))
      .then((loaded) => {
        ageMs = loaded?.ageMs ?? 0;
        return loaded?.value;
      });
    return this.#keep(key, loading, () => this.#ttlMs - ageMs);
  }

  /** Keeps what is loaded unless the key was invalidated meanwhile, for then it may be the old value. */
  async #keep(key: K, loading: Promise<V | undefined>, ttlMs = () => this.#ttlMs): Promise<V | undefined> {
    this.#loads.set(key, loading);
    try {
      const value = await loading;
      if (value && this.#loads.get(key) === loading && ttlMs() > 0) this.#memory.set(key, value, { ttl: ttlMs() });
      return value;
    } finally {
      if (this.#loads.get(key) === loading) this.#loads.delete(key);
    }
  }
}
