/** Redis is not configured, not there, or did not do what it was told: do without it, as if it did not exist. */
export class RedisAway extends Error {
  constructor(cause?: unknown) {
    super('Redis is away', { cause });
    this.name = 'RedisAway';
  }
}
