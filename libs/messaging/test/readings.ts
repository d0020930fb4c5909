import { Injectable } from '@nestjs/common';
import { Database, newId, sql, type Transaction } from '@towpath/database';
import { defineCommand, defineEvent, defineTopic } from '@towpath/messages';
import { z } from 'zod';

import { Consumer, type Envelope, On, type Received } from '../index.ts';

/** A vocabulary for tests: a meter says what it reads; a bill and a chart listen. */
export const readings = defineTopic({
  name: 'readings',
  key: 'meter',
  writtenBy: 'meter',
  readBy: ['bill', 'chart'],
  carries: 'reports',
});
export const orders = defineTopic({
  name: 'meter.orders',
  key: 'meter',
  writtenBy: 'meter',
  readBy: ['bill'],
  carries: 'goals',
});

export const MeterRead = defineEvent('meter.read.v1', {
  topic: readings,
  data: z.object({ meter: z.string(), value: z.int() }),
});
export const MeterMoved = defineEvent('meter.moved.v1', { topic: readings, data: z.object({ meter: z.string() }) });
export const StopMeter = defineCommand('meter.stop.v1', { topic: orders, data: z.object({ meter: z.string() }) });

export type Reaction = (meter: string, value: number) => Promise<void> | void;

/** What a test wants to happen when a reading is handled; nothing unless it says so. */
@Injectable()
export class Reactions {
  react: Reaction = () => undefined;
}

@Consumer(readings)
export class ReadingConsumer {
  constructor(private readonly reactions: Reactions) {}

  @On(MeterRead)
  async onRead({ meter, value }: z.infer<typeof MeterRead.data>, tx: Transaction, { version }: Received) {
    await tx.run(sql`INSERT INTO effect (meter, value, version) VALUES (${meter}, ${value}, ${version})`);
    await this.reactions.react(meter, value);
  }
}

@Consumer(orders)
export class OrderConsumer {
  @On(StopMeter)
  async onStop({ meter }: z.infer<typeof StopMeter.data>, tx: Transaction, { version }: Received) {
    await tx.run(sql`INSERT INTO effect (meter, value, version) VALUES (${meter}, -1, ${version})`);
  }
}

/** The table that effects are seen in. */
export const effects = {
  migration: {
    name: 'effects-0001',
    text: 'CREATE TABLE effect (seq bigint GENERATED ALWAYS AS IDENTITY, meter text NOT NULL, value int NOT NULL, version int NOT NULL)',
  },
  of: async (database: Database, meter: string): Promise<number[]> =>
    (await database.rows<{ value: number }>(sql`SELECT value FROM effect WHERE meter = ${meter} ORDER BY seq`)).map(
      ({ value }) => value,
    ),
};

/** A reading as it arrives. */
export function envelope(more: Partial<Envelope> = {}): Envelope {
  return {
    specversion: '1.0',
    id: newId(),
    type: MeterRead.type,
    source: 'meter',
    subject: 'a',
    time: '2026-01-01T00:00:00.000Z',
    dataschema: `urn:towpath:${MeterRead.type}`,
    aggregatetype: 'readings',
    aggregateversion: 1,
    correlationid: newId(),
    snapshot: false,
    data: { meter: 'a', value: 1 },
    ...more,
  };
}
