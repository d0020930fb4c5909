import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';

import type { Redis } from '@towpath/redis';

import { fill, forgetAndSay, lookOrLease } from './shared-tier.scripts.ts';

/** How values of a cache are kept outside of the process. */
export interface SharedOptions<V> {
  /** Another number for another shape: values of the old one are not found any more. */
  readonly version: number;
  /** The value in what was its JSON. @throws anything when it is something else; it is loaded then */
  readonly read: (json: unknown) => V;
}

export interface SharedTierOptions<V> extends SharedOptions<V> {
  readonly name: string;
  readonly ttlMs: number;
  readonly maxValueBytes: number;
  /** This value, or every value if not given, may have changed: told by another process, or missed while Redis was away. */
  readonly onChange: (key?: string) => void;
  readonly onRead: (result: 'hit' | 'load' | 'away') => void;
}

/** A value, and how long ago it was loaded. */
export interface Loaded<V> {
  readonly value: V;
  readonly ageMs: number;
}

type Load<V> = () => Promise<V | undefined>;

/** Longer loads are not kept. */
const leaseMs = 3_000;
/** How long to wait for another process that loads the value, in all, and between looks. */
const patienceMs = 100;
const lookEveryMs = 10;
/** Changes that wait to be told; with more of them Redis is not read until it knows nothing old any more. */
const maxUntold = 10_000;

/**
 * The tier in Redis. Of all processes one loads a missing value, under a short lease; only what was loaded under a lease that is still
 * there is kept, and a change takes the lease away. So a value that was read before a change is never kept after it.
 */
export class SharedTier<V> {
  private readonly prefix: string;
  private readonly channel: string;
  /** So that a process does not listen to itself. */
  private readonly self = randomUUID();
  /** Keys with the count of changes as each changed last. */
  private readonly untold = new Map<string, number>();
  private changes = 0;
  private readAgainAt = 0;

  constructor(
    private readonly redis: Redis,
    private readonly options: SharedTierOptions<V>,
  ) {
    const { name, version } = options;
    this.prefix = `towpath:cache:${name}:${version}:`;
    this.channel = `towpath:cache:${name}`;
    redis.subscribe(this.channel, { message: (text) => this.hear(text), there: () => this.catchUp() });
  }

  /** @throws what `load` throws */
  async get(key: string, load: Load<V>): Promise<Loaded<V> | undefined> {
    if (!this.redis.isThere || performance.now() < this.readAgainAt) return this.loadOnly(load, 'away');
    const lease = `lease ${randomUUID()}`;
    const giveUpAt = performance.now() + patienceMs;
    for (;;) {
      const found = await this.look(key, lease);
      if (found === 'ours') return this.loadAndKeep(key, lease, load);
      if (found === undefined) return this.loadOnly(load, 'away');
      if (!found.text.startsWith('lease')) return this.understood(found) ?? this.loadOnly(load, 'load');
      if (performance.now() >= giveUpAt) return this.loadOnly(load, 'load');
      await wait(lookEveryMs);
    }
  }

  /** Told to Redis and to the other processes at once, or once Redis is back. */
  forget(key: string): void {
    const change = (this.changes += 1);
    if (this.untold.size < maxUntold) this.untold.set(key, change);
    else this.readAgainAt = performance.now() + this.options.ttlMs;
    if (this.redis.isThere) void this.tell(key, change);
  }

  private async tell(key: string, change: number): Promise<void> {
    try {
      const message = `${this.self} ${key}`;
      await this.redis.use((client) => forgetAndSay(client, this.prefix + key, this.channel, message));
    } catch {
      return;
    }
    if (this.untold.get(key) === change) this.untold.delete(key);
  }

  private hear(text: string): void {
    const [from, key] = [text.slice(0, this.self.length), text.slice(this.self.length + 1)];
    if (from !== this.self) this.options.onChange(key);
  }

  /** What others said meanwhile was missed; what is sent here arrives before anything is read. */
  private catchUp(): void {
    this.options.onChange();
    for (const [key, change] of this.untold) void this.tell(key, change);
  }

  private async look(key: string, lease: string): Promise<{ text: string; leftMs: number } | 'ours' | undefined> {
    try {
      const found = await this.redis.use((client) => lookOrLease(client, this.prefix + key, lease, leaseMs));
      return found ?? 'ours';
    } catch {
      return undefined;
    }
  }

  private understood({ text, leftMs }: { text: string; leftMs: number }): Loaded<V> | undefined {
    try {
      const [ttlMs, json] = JSON.parse(text) as [number, unknown];
      const value = this.options.read(json);
      this.options.onRead('hit');
      return { value, ageMs: Math.max(0, ttlMs - leftMs) };
    } catch {
      return undefined;
    }
  }

  private async loadOnly(load: Load<V>, result: 'load' | 'away'): Promise<Loaded<V> | undefined> {
    this.options.onRead(result);
    const value = await load();
    return value === undefined ? undefined : { value, ageMs: 0 };
  }

  private async loadAndKeep(key: string, lease: string, load: Load<V>): Promise<Loaded<V> | undefined> {
    let text = '';
    try {
      const loaded = await this.loadOnly(load, 'load');
      if (loaded) text = JSON.stringify([this.options.ttlMs, loaded.value]);
      return loaded;
    } finally {
      // Also with nothing to keep: others wait for it.
      const kept = Buffer.byteLength(text) > this.options.maxValueBytes ? '' : text;
      const ttlMs = this.options.ttlMs;
      this.redis.use((client) => fill(client, this.prefix + key, lease, kept, ttlMs)).catch(() => undefined);
    }
  }
}
