import { Redis as Client } from 'ioredis';

export type RedisClient = Client;

const connectTimeoutMs = 1_000;
const reconnectEveryMs = 500;

/** A connection that is made anew for ever, and on which nothing waits for one: see {@link Redis}, which adds the short timeout. */
export function connectTo(url: string): RedisClient {
  return new Client(url, {
    lazyConnect: true,
    connectTimeout: connectTimeoutMs,
    // Also for what is said while a connection is made. The timer fires early when this process is late, so it is no measure of Redis.
    commandTimeout: connectTimeoutMs,
    // A frozen server does not say goodbye.
    disconnectTimeout: 100,
    retryStrategy: () => reconnectEveryMs * (0.75 + Math.random() / 2),
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    // Sent twice, a counter would count twice.
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    // RESP3 lets one connection subscribe and ask, so that messages and answers come in the order in which they happened.
    protocol: 3,
  });
}
