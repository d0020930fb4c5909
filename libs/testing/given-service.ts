import { existsSync } from 'node:fs';

import type { Type } from '@nestjs/common';
import { Environment, readSettings, ServiceIdentity } from '@towpath/config';
import { Database, DatabaseConfig, type ThrowAwayDatabase, throwAwayDatabase } from '@towpath/database';
import { topics } from '@towpath/messages';
import { createService, migrationsOf, nameOf, type RunningService } from '@towpath/service-defaults';

import { eventually } from './eventually.ts';
import { HttpClient } from './http-client.ts';
import { MessagesUnderTest } from './messages-under-test.repository.ts';
import { OutgoingGuard } from './outgoing.ts';
import { peerFiles } from './peer-files.ts';
import { type TokenFor, TokenIssuer } from './token-issuer.ts';

export interface GivenServiceOptions {
  /** Beside what every service is given here. */
  readonly environment?: () => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;
  /** URLs that the test lets the service connect to; asked once it is about to start. */
  readonly outgoing?: () => readonly string[];
}

/**
 * Starts a service in this process before the tests of a file and stops it after them: the real application with its background
 * parts, on a database of its own. It can connect to nothing that was not declared.
 */
export function givenService(module: Type, options: GivenServiceOptions = {}): ServiceUnderTest {
  const service = new ServiceUnderTest(module, options);
  beforeAll(() => service.start(), 30_000);
  afterAll(() => service.stop(), 30_000);
  return service;
}

/** A running service, and everything that a test may ask of it. */
export class ServiceUnderTest {
  readonly name: string;
  readonly eventually = eventually;
  readonly #guard = new OutgoingGuard();
  #running!: RunningService;
  #issuer!: TokenIssuer;
  #throwAway?: ThrowAwayDatabase;
  #database?: Database;
  #http!: HttpClient;
  #given: Readonly<Record<string, string>> = {};

  constructor(
    private readonly module: Type,
    private readonly options: GivenServiceOptions,
  ) {
    this.name = nameOf(module);
  }

  get url(): string {
    return this.#running.url;
  }

  get managementUrl(): string {
    return this.#running.managementUrl;
  }

  get http(): HttpClient {
    return this.#http;
  }

  /** As a superuser. */
  get database(): Database {
    if (!this.#database) throw new Error(`${this.name} has no migrations, so it has no database.`);
    return this.#database;
  }

  get messages(): MessagesUnderTest {
    return new MessagesUnderTest(this.name, this.database, (token) => this.get(token));
  }

  /** See {@link MessagesUnderTest.receive}. */
  get receives(): MessagesUnderTest['receive'] {
    const { messages } = this;
    return messages.receive.bind(messages);
  }

  /** See {@link MessagesUnderTest.said}. */
  get said(): MessagesUnderTest['said'] {
    const { messages } = this;
    return messages.said.bind(messages);
  }

  /** A provider of the running application. */
  get<T>(token: Type<T>): T {
    return this.#running.get(token);
  }

  /** An access token that the service accepts. */
  token(user?: TokenFor): Promise<string> {
    return this.#issuer.token(user);
  }

  async start(): Promise<void> {
    const home = new URL(`../../apps/${this.name}/`, import.meta.url);
    this.#issuer = await TokenIssuer.start();
    const database = await this.startDatabase(home);
    const peers = await peerFiles([
      ...new Set([this.name, ...topics.flatMap(({ writtenBy, readBy }) => [writtenBy, ...readBy])]),
    ]);
    this.#given = {
      ...basics(this.#issuer.url),
      ...database,
      ...peers.get(this.name)?.environment,
    };
    const environment = { ...this.#given, ...(await this.options.environment?.()) };
    this.#guard.allow(
      this.#issuer.url,
      ...Object.values(database),
      `http://self:${peers.get(this.name)?.port}`,
      ...(this.options.outgoing?.() ?? []),
    );
    this.#guard.start();
    this.#running = await createService(this.module, { environment: new Environment(environment) });
    this.#guard.allow(...[this.#running.url, this.#running.managementUrl].filter(Boolean));
    this.#http = new HttpClient(this.#running.url);
  }

  /** Another process of the service beside it, on the same database; `environment`: what is different there. The test closes it. */
  async alongside(environment: Readonly<Record<string, string>>): Promise<RunningService> {
    const running = await createService(this.module, {
      environment: new Environment({ ...this.#given, ...environment }),
    });
    this.#guard.allow(...[running.url, running.managementUrl].filter(Boolean));
    return running;
  }

  async stop(): Promise<void> {
    await this.#http?.close();
    await this.#running?.close();
    await this.#database?.close();
    this.#guard.stop();
    this.#issuer?.stop();
    await this.#throwAway?.drop();
  }

  private async startDatabase(home: URL): Promise<Record<string, string>> {
    if (!existsSync(new URL('migrations/', home))) return {};
    this.#throwAway = await throwAwayDatabase({
      environment: Environment.fromProcess(),
      service: this.name,
      migrations: await migrationsOf(this.module, home),
    });
    const superuser = new Environment({ ...patience, DATABASE_URL: this.#throwAway.superuserUrl });
    this.#database = new Database(
      readSettings(DatabaseConfig, superuser),
      new ServiceIdentity(`${this.name} test`, 'all'),
    );
    return { DATABASE_URL: this.#throwAway.url };
  }
}

/** How long a busy machine lets them wait for connections says nothing about the code; tests about that set it themselves. */
const patience = { DATABASE_POOL_WAIT_MS: '10000', DATABASE_POOL_WAITING: '1000' };

function basics(userUrl: string): Record<string, string> {
  return {
    ...patience,
    NODE_ENV: 'test',
    HOST: '127.0.0.1',
    PORT: '0',
    MANAGEMENT_PORT: '0',
    LOG_LEVEL: 'fatal',
    USER_URL: userUrl,
  };
}
