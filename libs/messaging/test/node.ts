import { ConsoleLogger, Global, type INestApplicationContext, Module, type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { AuditModule } from '@towpath/audit';
import { Environment, ServiceIdentity } from '@towpath/config';
import { Database, DatabaseModule, sql, type ThrowAwayDatabase, throwAwayDatabase } from '@towpath/database';
import { Lifecycle, Liveness, Readiness } from '@towpath/health';
import type { EventOf, MessageDefinition, Topic } from '@towpath/messages';
import { Metrics } from '@towpath/metrics';

import { type Envelope, Inbox, MessagingModule, Outbox } from '../index.ts';
import { MessagingConfig } from '../messaging.config.ts';
import { RelaySettings } from '../relay.settings.ts';
import { effects, OrderConsumer, orders, type Reaction, Reactions, ReadingConsumer, readings } from './readings.ts';

interface NodeOptions {
  readonly environment: Readonly<Record<string, string>>;
  readonly database: ThrowAwayDatabase;
  readonly subscribers?: readonly string[];
}

export async function databaseOf(service: string): Promise<ThrowAwayDatabase> {
  return throwAwayDatabase({
    environment: Environment.fromProcess(),
    service,
    migrations: [...AuditModule.migrations, ...MessagingModule.migrations, effects.migration],
  });
}

/** A service that does nothing but send and receive. */
export class Node {
  private constructor(private readonly app: INestApplicationContext) {}

  static async start(service: string, { environment, database, subscribers = [] }: NodeOptions): Promise<Node> {
    const consumers =
      service === 'meter' ? [] : service === 'bill' ? [ReadingConsumer, OrderConsumer] : [ReadingConsumer];
    const values = {
      DATABASE_POOL_WAIT_MS: '5000',
      RELAY_BACKOFF_MAX_MS: '200',
      HANDLER_RETRY_MS: '300',
      ...environment,
      DATABASE_URL: database.url,
    };
    const testing = Test.createTestingModule({
      imports: [platform(service, values), DatabaseModule, MessagingModule],
      providers: [Reactions, ...consumers],
    });
    testing.overrideProvider(RelaySettings).useFactory({
      factory: (config: MessagingConfig) => new RelaySettings(writtenBy(service, subscribers), config),
      inject: [MessagingConfig],
    });
    const app = await testing.setLogger(new ConsoleLogger({ logLevels: [] })).compile();
    await app.init();
    const node = new Node(app);
    try {
      await app.get(Lifecycle).start();
      app.get(Lifecycle).serving();
      return node;
    } catch (error) {
      await node.stop();
      throw error;
    }
  }

  get<T>(token: Type<T>): T {
    return this.app.get(token, { strict: false });
  }

  get database(): Database {
    return this.get(Database);
  }

  set react(reaction: Reaction) {
    this.get(Reactions).react = reaction;
  }

  say<M extends MessageDefinition>(message: M, data: EventOf<M>, options?: { snapshot?: boolean }): Promise<void> {
    return this.database.transaction((tx) => this.get(Outbox).publish(tx, message, data, options));
  }

  receive(envelope: Envelope | Record<string, unknown>): Promise<void> {
    return this.get(Inbox).receive(envelope);
  }

  effects(meter: string): Promise<number[]> {
    return effects.of(this.database, meter);
  }

  get draining(): boolean {
    return this.get(Lifecycle).draining;
  }

  /** How often a message of this meter was sent in vain. */
  async failedSendings(meter: string): Promise<number> {
    const { attempts } = await this.database.one<{ attempts: number }>(
      sql`SELECT coalesce(sum(attempts), 0)::int AS attempts FROM outbox WHERE aggregateid = ${meter}`,
    );
    return attempts;
  }

  /** Resolves when it drains. */
  get failed(): Promise<void> {
    return this.get(Lifecycle).begun;
  }

  /** With the code that its process would exit with. */
  async stop(): Promise<number> {
    const code = await this.get(Lifecycle).drain();
    await this.app.close();
    return code;
  }
}

function writtenBy(service: string, subscribers: readonly string[]): Topic[] {
  return [readings, orders]
    .filter((topic) => topic.writtenBy === service)
    .map((topic) => ({ ...topic, readBy: topic.readBy.filter((reader) => subscribers.includes(reader)) }));
}

function platform(service: string, values: Record<string, string>): Type {
  const providers = [
    { provide: Environment, useValue: new Environment(values) },
    { provide: ServiceIdentity, useValue: new ServiceIdentity(service, 'all') },
    Lifecycle,
    Readiness,
    Liveness,
    Metrics,
  ];
  @Global()
  @Module({ providers, exports: providers })
  class Platform {}
  return Platform;
}
