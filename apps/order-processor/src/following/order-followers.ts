import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { OrderEvent } from '@towpath/api';
import { isTransient } from '@towpath/errors';
import { Lifecycle, Periodic } from '@towpath/health';
import { EventStream } from '@towpath/http';
import { Metrics } from '@towpath/metrics';

import { OrderProcessorConfig } from '../order-processor.config.ts';
import { isOver } from '../orders/order.machine.ts';
import { FollowsTooMany, TooManyFollowers } from './following.errors.ts';
import { OrderTimelineRepository, type Position, type TimelineEvent } from './order-timeline.repository.ts';

interface Follower extends Position {
  readonly userId: string;
  readonly stream: EventStream<OrderEvent>;
  after: number;
}

/**
 * Those who follow an order through this process. Another process may be the one that moves it, so the database is asked, for
 * all of them at once.
 */
@Injectable()
export class OrderFollowers implements OnModuleInit {
  private readonly all = new Set<Follower>();

  constructor(
    private readonly config: OrderProcessorConfig,
    private readonly timeline: OrderTimelineRepository,
    private readonly lifecycle: Lifecycle,
    metrics: Metrics,
  ) {
    metrics.lookedUp('order_followers', 'Streams of order events that are open', () => this.all.size);
  }

  onModuleInit(): void {
    const options = { everyMs: this.config.followEveryMs, inEveryRole: true };
    this.lifecycle.background(new Periodic('followed orders', options, () => this.look()));
  }

  /**
   * Tells all that comes after this position, and these events at once, until the order is over.
   * @throws TooManyFollowers, FollowsTooMany
   */
  add(userId: string, position: Position, events: readonly TimelineEvent[]): EventStream<OrderEvent> {
    this.assertRoomFor(userId);
    const { followHeartbeatMs: heartbeatMs, followLastsMs: lastsMs } = this.config;
    const follower = { ...position, userId, stream: new EventStream<OrderEvent>({ heartbeatMs, lastsMs }) };
    this.all.add(follower);
    follower.stream.once('close', () => this.all.delete(follower));
    this.tell(follower, events);
    return follower.stream;
  }

  private assertRoomFor(userId: string): void {
    const { followersMax, followersPerUserMax } = this.config;
    if (this.all.size >= followersMax) throw new TooManyFollowers();
    const own = [...this.all].filter((each) => each.userId === userId);
    if (own.length >= followersPerUserMax) throw new FollowsTooMany(followersPerUserMax);
  }

  private async look(): Promise<void> {
    if (this.all.size === 0) return;
    const followers = [...this.all];
    const news = await this.timeline.news(followers).catch(nothingWhileAway);
    followers.forEach((follower, index) => this.tell(follower, news[index] ?? []));
  }

  private tell(follower: Follower, events: readonly TimelineEvent[]): void {
    for (const event of events) {
      follower.stream.send(event);
      follower.after = event.id;
    }
    const last = events.at(-1);
    if (last && isOver(last.data)) follower.stream.end();
  }
}

/** The first look after the database is back tells it all; four complaints a second until then would help nobody. */
function nothingWhileAway(error: unknown): TimelineEvent[][] {
  if (!isTransient(error)) throw error;
  return [];
}
