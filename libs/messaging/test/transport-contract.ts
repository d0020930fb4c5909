import { type Database, sql, type ThrowAwayDatabase, type Transaction } from '@towpath/database';
import { Unavailable } from '@towpath/errors';

import { DeadLetters, Outbox } from '../index.ts';
import { databaseOf, Node } from './node.ts';
import { MeterRead } from './readings.ts';
import { until } from './until.ts';

const services = ['meter', 'bill', 'chart'] as const;
type Service = (typeof services)[number];

/** What differs from one transport to the other. */
export interface TransportUnderTest {
  readonly name: string;
  environments(services: readonly Service[]): Promise<Record<Service, Record<string, string>>>;
  /** As if nobody had acknowledged anything yet. */
  deliverAgain(sender: Database): Promise<void>;
  /** As if bill got this one message, and had not. */
  lose(tx: Transaction, meter: string, version: number): Promise<void>;
  /** Two meters, of which one may be slow without the other. */
  apart(): Promise<readonly [string, string]>;
}

/** What every transport has to do, whoever carries: run once per transport. */
export function describeTransport(transport: TransportUnderTest): void {
  describe(`transport ${transport.name}`, () => {
    let environment: Record<Service, Record<string, string>>;
    let databases: Record<Service, ThrowAwayDatabase>;
    const running = new Map<Service, Node>();

    const start = async (service: Service) => {
      const subscribers = service === 'meter' ? ['bill', 'chart'] : [];
      const node = await Node.start(service, {
        environment: environment[service],
        database: databases[service],
        subscribers,
      });
      running.set(service, node);
      return node;
    };
    const stop = async (service: Service) => {
      await running.get(service)?.stop();
      running.delete(service);
    };
    const node = (service: Service) => running.get(service) as Node;

    beforeAll(async () => {
      environment = await transport.environments(services);
      databases = {
        meter: await databaseOf('meter'),
        bill: await databaseOf('bill'),
        chart: await databaseOf('chart'),
      };
    });
    beforeEach(() => Promise.all(services.map(start)));
    afterEach(() => Promise.all(services.map(stop)));
    afterAll(() => Promise.all(Object.values(databases).map((database) => database.drop())));

    it('When streams are written side by side, then each arrives whole and in its order, at every subscriber', async () => {
      const meters = Array.from({ length: 8 }, (_, index) => `ordered-${index}`);
      for (let value = 1; value <= 25; value += 1)
        await Promise.all(meters.map((meter) => node('meter').say(MeterRead, { meter, value })));

      const whole = Array.from({ length: 25 }, (_, index) => index + 1);
      for (const subscriber of ['bill', 'chart'] as const) {
        await until(async () =>
          expect(await Promise.all(meters.map((meter) => node(subscriber).effects(meter)))).toEqual(
            meters.map(() => whole),
          ),
        );
      }
      await until(async () => expect(await unpublished(node('meter').database)).toBe(0));
    });

    it('When a message is delivered again, then it has no second effect', async () => {
      await node('meter').say(MeterRead, { meter: 'twice', value: 1 });
      await until(async () => expect(await unpublished(node('meter').database)).toBe(0));

      await until(async () => expect(await node('bill').effects('twice')).toEqual([1]));

      await transport.deliverAgain(node('meter').database);
      await node('meter').say(MeterRead, { meter: 'twice', value: 2 });

      await until(async () => expect(await node('bill').effects('twice')).toContain(2));
      expect(await node('bill').effects('twice')).toEqual([1, 2]);
    });

    it('When the subscriber fails for a while, then the message takes effect once, and nothing passes it', async () => {
      let failures = 0;
      node('bill').react = () => {
        failures += 1;
        if (failures <= 12) throw new Unavailable();
      };
      await node('meter').say(MeterRead, { meter: 'flaky', value: 1 });
      await node('meter').say(MeterRead, { meter: 'flaky', value: 2 });

      await until(async () => expect(await node('bill').effects('flaky')).toEqual([1, 2]));
      expect(await node('bill').get(DeadLetters).list()).toEqual([]);
    });

    it('When a handler fails for good, then its message is a dead letter, its stream waits, and others flow; redriven, all of it is handled', async () => {
      node('bill').react = (meter, value) => {
        if (meter === 'poisoned' && value === 2) throw new TypeError('cannot be billed');
      };
      for (const value of [1, 2, 3, 4]) await node('meter').say(MeterRead, { meter: 'poisoned', value });
      await node('meter').say(MeterRead, { meter: 'healthy', value: 1 });

      await until(async () => expect(await node('bill').effects('healthy')).toEqual([1]));
      await until(async () => expect(await waiting(node('bill').database, 'poisoned')).toEqual([3, 4]));
      expect(await node('bill').effects('poisoned')).toEqual([1]);
      const [letter, ...others] = await node('bill').get(DeadLetters).list();
      expect({ letter, others }).toMatchObject({
        letter: { aggregate_id: 'poisoned', reason: 'handler-failed', attempts: 5 },
        others: [],
      });

      await expect(
        node('bill')
          .get(DeadLetters)
          .redrive(letter?.id ?? '', 'anna', 'mended'),
      ).rejects.toThrow('cannot be billed');
      expect(await node('bill').effects('poisoned')).toEqual([1]);

      node('bill').react = () => undefined;
      await node('bill')
        .get(DeadLetters)
        .redrive(letter?.id ?? '', 'anna', 'mended');
      expect(await node('bill').effects('poisoned')).toEqual([1, 2, 3, 4]);
      expect(await node('bill').get(DeadLetters).list()).toEqual([]);
    });

    it('When a message is lost on the way, then what follows waits, until a snapshot stands for what is missing', async () => {
      await node('meter').database.transaction(async (tx) => {
        for (const value of [1, 2, 3]) await node('meter').get(Outbox).publish(tx, MeterRead, { meter: 'gap', value });
        await transport.lose(tx, 'gap', 2);
      });
      await until(async () => expect(await waiting(node('bill').database, 'gap')).toEqual([3]));
      expect(await node('bill').effects('gap')).toEqual([1]);

      await node('meter').say(MeterRead, { meter: 'gap', value: 4 }, { snapshot: true });

      await until(async () => expect(await node('bill').effects('gap')).toEqual([1, 4]));
    });

    it('When a message makes no sense, then it is a dead letter and the next one is handled', async () => {
      await stop('bill');
      await node('meter').database.transaction(async (tx) => {
        await node('meter').get(Outbox).publish(tx, MeterRead, { meter: 'garbled', value: 1 });
        await tx.run(sql`
          UPDATE outbox SET payload = '{"meter": "garbled", "value": "many"}' WHERE aggregateid = 'garbled'`);
      });
      await node('meter').say(MeterRead, { meter: 'clear', value: 1 });
      await start('bill');

      await until(async () => expect(await node('bill').effects('clear')).toEqual([1]));
      await until(async () => {
        const letters = await node('bill').get(DeadLetters).list();
        expect(letters).toMatchObject([{ aggregate_id: 'garbled', reason: 'invalid-data' }]);
      });
      await until(async () => expect(await unpublished(node('meter').database)).toBe(0));
      await node('bill').database.rows(sql`DELETE FROM dead_letter`);
    });

    it('When one subscriber is slow, then the other does not wait for it, nor do other streams', async () => {
      const [slow, quick] = await transport.apart();
      const { promise: released, resolve: release } = Promise.withResolvers<void>();
      node('chart').react = (meter) => (meter === slow ? released : undefined);
      for (const value of [1, 2, 3]) await node('meter').say(MeterRead, { meter: slow, value });
      await node('meter').say(MeterRead, { meter: quick, value: 1 });

      await until(async () => expect(await node('bill').effects(slow)).toEqual([1, 2, 3]));
      await until(async () => expect(await node('chart').effects(quick)).toEqual([1]));
      expect(await node('chart').effects(slow)).toEqual([]);

      release();
      await until(async () => expect(await node('chart').effects(slow)).toEqual([1, 2, 3]));
    });

    it('When a subscriber is away, then the other gets everything, and it gets all it missed when it is back', async () => {
      await stop('chart');
      for (const value of [1, 2, 3]) await node('meter').say(MeterRead, { meter: 'missed', value });
      await until(async () => expect(await node('bill').effects('missed')).toEqual([1, 2, 3]));

      await start('chart');

      await until(async () => expect(await node('chart').effects('missed')).toEqual([1, 2, 3]));
      await until(async () => expect(await unpublished(node('meter').database)).toBe(0));
    });

    it('When the sender stops before it could send, then its next start sends what was stored', async () => {
      const { database } = node('meter');
      await database.rows(sql`SELECT 1 AS warm`);
      await stop('bill');
      await node('meter').say(MeterRead, { meter: 'left', value: 1 });
      await stop('meter');

      await Promise.all([start('bill'), start('meter')]);

      await until(async () => expect(await node('bill').effects('left')).toEqual([1]));
    });

    it('When two processes relay for one service, then one of them sends, and the other takes over when it ends', async () => {
      const spare = await Node.start('meter', {
        environment: { ...environment.meter, DIRECT_PORT: '0' },
        database: databases.meter,
        subscribers: ['bill', 'chart'],
      });
      await stop('meter');
      await spare.say(MeterRead, { meter: 'taken-over', value: 1 });

      await until(async () => expect(await node('bill').effects('taken-over')).toEqual([1]));
      await spare.stop();
    });
  });
}

/** Versions of what came too early, or lies behind a dead letter. */
async function waiting(database: Database, meter: string): Promise<number[]> {
  const rows = await database.rows<{ version: number }>(
    sql`SELECT version FROM inbox_pending WHERE aggregate_id = ${meter} ORDER BY version`,
  );
  return rows.map(({ version }) => version);
}

async function unpublished(database: Database): Promise<number> {
  const { open } = await database.one<{ open: number }>(
    sql`SELECT count(*)::int AS open FROM outbox WHERE published_at IS NULL`,
  );
  return open;
}
