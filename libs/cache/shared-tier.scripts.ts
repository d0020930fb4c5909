import type { RedisClient } from '@towpath/redis';

const look = `
local found = redis.call('GET', KEYS[1])
if found then return { found, redis.call('PTTL', KEYS[1]) } end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return false`;

const keep = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[2] == '' then return redis.call('DEL', KEYS[1]) end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1`;

const change = `
redis.call('DEL', KEYS[1])
return redis.call('PUBLISH', ARGV[1], ARGV[2])`;

/** What is there, or nothing: then the lease is. */
export async function lookOrLease(
  client: RedisClient,
  key: string,
  lease: string,
  leaseMs: number,
): Promise<{ text: string; leftMs: number } | undefined> {
  const found = (await client.eval(look, 1, key, lease, leaseMs)) as [string, number] | null;
  return found ? { text: found[0], leftMs: found[1] } : undefined;
}

/** Puts the text in the place of the lease, or takes the lease away for an empty one. Without that lease nothing is done. */
export async function fill(
  client: RedisClient,
  key: string,
  lease: string,
  text: string,
  ttlMs: number,
): Promise<void> {
  await client.eval(keep, 1, key, lease, text, ttlMs);
}

/** Takes away what is there, value or lease, and says so. */
export async function forgetAndSay(client: RedisClient, key: string, channel: string, message: string): Promise<void> {
  await client.eval(change, 1, key, channel, message);
}
