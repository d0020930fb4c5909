import { Injectable, Logger } from '@nestjs/common';
import { Lifecycle, Periodic } from '@towpath/health';
import { Metrics } from '@towpath/metrics';

import { connectTo, type RedisClient } from './connect.ts';
import { RedisConfig } from './redis.config.ts';
import { RedisAway } from './redis-away.ts';
import { Waiting } from './waiting.ts';

/** Who listens to a channel. */
export interface Subscriber {
  message(text: string): void;
  /** Redis is there, for the first time or again: what was said before now may have been missed. */
  there?(): void;
}

const heartbeatMs = 1_000;
const probeKey = 'towpath:probe';

/**
 * Redis, for what may be lost: counters, copies, hints. Never waits long: the first command that fails or takes longer than
 * `REDIS_TIMEOUT_MS` lets everybody go, and from then on all are refused at once until a new connection can write again.
 */
@Injectable()
export class Redis {
  private readonly logger = new Logger(Redis.name);
  private readonly client?: RedisClient;
  private readonly subscribers = new Map<string, Subscriber>();
  private readonly waiting = new Waiting();
  private readonly commands;
  private readonly begun = Promise.withResolvers<void>();
  private state: 'new' | 'there' | 'away' = 'new';

  constructor(
    private readonly config: RedisConfig,
    lifecycle: Lifecycle,
    metrics: Metrics,
  ) {
    this.commands = metrics.counter('redis_commands_total', 'Work for Redis, by result: done, failed, or refused.', [
      'result',
    ]);
    metrics.lookedUp('redis_there', 'Whether Redis is there: 1 or 0.', () => Number(this.isThere));
    if (!config.redisUrl) return;
    this.client = this.listenTo(connectTo(config.redisUrl));
    const heartbeat = new Periodic('redis heartbeat', { everyMs: heartbeatMs }, () => this.beat());
    lifecycle.background({
      name: 'redis',
      inEveryRole: true,
      start: () => this.start(heartbeat),
      stop: () => heartbeat.stop(),
    });
    lifecycle.closing('redis', async () => this.close());
  }

  get isThere(): boolean {
    return this.state === 'there';
  }

  /** Does this with Redis; `command` holds nothing else, as any error in it counts as one of Redis. @throws RedisAway */
  async use<T>(command: (client: RedisClient) => Promise<T>): Promise<T> {
    if (!this.client || !this.isThere) {
      this.commands.inc({ result: 'refused' });
      throw new RedisAway();
    }
    try {
      const result = await this.waiting.within(this.config.redisTimeoutMs, command(this.client));
      this.commands.inc({ result: 'done' });
      return result;
    } catch (cause) {
      this.commands.inc({ result: 'failed' });
      // The first to fail; the others were let go.
      if (this.isThere) this.reconnect(cause);
      throw new RedisAway(cause);
    }
  }

  /** One subscriber for each channel, before the service starts. */
  subscribe(channel: string, subscriber: Subscriber): void {
    if (this.state !== 'new' || this.subscribers.has(channel)) throw new Error(`Too late to subscribe to ${channel}`);
    this.subscribers.set(channel, subscriber);
  }

  private listenTo(client: RedisClient): RedisClient {
    client.on('ready', () => void this.welcome(client));
    client.on('error', (error: Error) => this.goAway(error));
    client.on('close', () => this.goAway(new Error('The connection was closed')));
    client.on('message', (channel: string, text: string) => this.subscribers.get(channel)?.message(text));
    return client;
  }

  /** Waits for it no longer than for any command, so that what starts next can use it where it is well. */
  private async start(heartbeat: Periodic): Promise<void> {
    // What becomes of it is told by events.
    this.client?.connect().catch(() => undefined);
    heartbeat.start();
    await this.waiting.within(this.config.redisTimeoutMs, this.begun.promise).catch(() => undefined);
  }

  /** There is what can be written to: a replica, or a Redis without room, is as good as none. */
  private async welcome(client: RedisClient): Promise<void> {
    try {
      const channels = [...this.subscribers.keys()];
      const subscribed = channels.length > 0 ? client.subscribe(...channels) : undefined;
      await this.waiting.within(
        this.config.redisTimeoutMs,
        Promise.all([subscribed, client.set(probeKey, '', 'PX', 1)]),
      );
    } catch (error) {
      return this.reconnect(error);
    }
    this.logger.log('Redis is there');
    this.state = 'there';
    this.begun.resolve();
    for (const subscriber of this.subscribers.values()) subscriber.there?.();
  }

  /** Notices a frozen Redis before somebody needs it. */
  private async beat(): Promise<void> {
    if (this.isThere) await this.use((client) => client.set(probeKey, '', 'PX', 1)).catch(() => undefined);
  }

  /** A connection may look well and never answer again, or lead to a server that has become a replica. */
  private reconnect(cause: unknown): void {
    this.goAway(cause);
    this.client?.disconnect(true);
  }

  private goAway(err: unknown): void {
    if (this.state !== 'away') this.logger.warn({ msg: 'Redis is away, doing without it', err });
    this.state = 'away';
    this.waiting.letGo(new RedisAway(err));
  }

  private close(): void {
    this.client?.removeAllListeners().on('error', () => undefined);
    this.client?.disconnect();
    this.state = 'away';
    this.waiting.letGo(new RedisAway());
  }
}
