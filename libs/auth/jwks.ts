import { Injectable, Logger } from '@nestjs/common';
import { Unavailable } from '@towpath/errors';
import { type CryptoKey, importJWK } from 'jose';
import { z } from 'zod';

import { KeySource } from './key-source.ts';
import { publicJwk } from './signing-key.ts';

const freshMs = 10 * 60_000;
const usableMs = 60 * 60_000;
const refetchEveryMs = 30_000;
const retryEveryMs = 1_000;

const keySet = z.object({ keys: z.array(z.unknown()).max(20) });

/**
 * The public keys of the user service, kept for 10 min and then asked for again, at most every 30 s. While that fails the
 * last ones serve for up to an hour. After that, or if none was ever had, nobody is let in.
 */
@Injectable()
export class Jwks {
  private readonly logger = new Logger(Jwks.name);
  private keys: ReadonlyMap<string, CryptoKey> = new Map();
  private loadedAt = -Infinity;
  private triedAt = -Infinity;
  private loading: Promise<void> | undefined;

  constructor(private readonly source: KeySource) {}

  /** @throws Unavailable when no usable set of keys can be had */
  async find(kid: string): Promise<CryptoKey | undefined> {
    const ageMs = performance.now() - this.loadedAt;
    if (ageMs > usableMs) await this.loadOrFail();
    else if (!this.keys.has(kid)) await this.refresh();
    else if (ageMs > freshMs) void this.refresh();
    return this.keys.get(kid);
  }

  private async loadOrFail(): Promise<void> {
    if (!this.loading && this.triedWithin(retryEveryMs))
      throw new Unavailable('The keys of access tokens are not at hand.');
    await this.load();
  }

  private async refresh(): Promise<void> {
    if (!this.loading && this.triedWithin(refetchEveryMs)) return;
    await this.load().catch((error: unknown) => this.logger.warn({ err: error, msg: 'keeping the last public keys' }));
  }

  private triedWithin(ms: number): boolean {
    return performance.now() - this.triedAt < ms;
  }

  /** However many ask, one request is under way. */
  private load(): Promise<void> {
    this.loading ??= this.fetch().finally(() => {
      this.loading = undefined;
    });
    return this.loading;
  }

  private async fetch(): Promise<void> {
    this.triedAt = performance.now();
    this.keys = await importKeys(await this.source.load());
    this.loadedAt = performance.now();
  }
}

/** Keys of another kind are not ours to use, and no reason to refuse the rest. */
async function importKeys(set: unknown): Promise<ReadonlyMap<string, CryptoKey>> {
  const parsed = keySet.safeParse(set);
  if (!parsed.success) throw new Unavailable('What came is no JWK set.');
  const usable = parsed.data.keys.flatMap((key) => publicJwk.safeParse(key).data ?? []);
  return new Map(
    await Promise.all(usable.map(async (key) => [key.kid, (await importJWK(key, key.alg)) as CryptoKey] as const)),
  );
}
