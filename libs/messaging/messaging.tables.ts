import type { Migration } from '@towpath/database';

/** The tables behind sending and receiving, in the database of every service that does either. */
export const messagingMigrations: readonly Migration[] = [
  {
    name: 'messaging-0001',
    text: `
      CREATE TABLE stream_version (
        aggregatetype text NOT NULL,
        aggregateid   text NOT NULL,
        version       int  NOT NULL,
        PRIMARY KEY (aggregatetype, aggregateid)
      );

      CREATE TABLE outbox (
        id             uuid PRIMARY KEY,
        seq            bigint GENERATED ALWAYS AS IDENTITY,
        bucket         smallint NOT NULL,
        aggregatetype  text NOT NULL,
        aggregateid    text NOT NULL,
        version        int  NOT NULL,
        type           text NOT NULL,
        schema_version int  NOT NULL,
        payload        jsonb NOT NULL,
        headers        jsonb NOT NULL,
        topic          text NOT NULL,
        created_at     timestamptz NOT NULL DEFAULT now(),
        available_at   timestamptz NOT NULL DEFAULT now(),
        attempts       int NOT NULL DEFAULT 0,
        last_error     text,
        published_at   timestamptz,
        parked_at      timestamptz,
        UNIQUE (aggregatetype, aggregateid, version)
      );
      CREATE INDEX outbox_unpublished ON outbox (seq) WHERE published_at IS NULL AND parked_at IS NULL;
      CREATE INDEX outbox_published ON outbox (published_at) WHERE published_at IS NOT NULL;

      CREATE TABLE outbox_delivery (
        message_id   uuid NOT NULL REFERENCES outbox ON DELETE CASCADE,
        subscriber   text NOT NULL,
        acked_at     timestamptz,
        attempts     int NOT NULL DEFAULT 0,
        available_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (message_id, subscriber)
      );
      CREATE INDEX outbox_delivery_open ON outbox_delivery (subscriber, message_id) WHERE acked_at IS NULL;

      CREATE TABLE inbox (
        consumer     text NOT NULL,
        message_id   text NOT NULL,
        aggregate_id text NOT NULL,
        version      int  NOT NULL,
        processed_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (consumer, message_id)
      );
      CREATE INDEX inbox_processed ON inbox (processed_at);

      CREATE TABLE aggregate_cursor (
        consumer       text NOT NULL,
        aggregate_type text NOT NULL,
        aggregate_id   text NOT NULL,
        version        int  NOT NULL,
        blocked        bool NOT NULL DEFAULT false,
        PRIMARY KEY (consumer, aggregate_type, aggregate_id)
      );

      CREATE TABLE inbox_pending (
        consumer       text NOT NULL,
        message_id     text NOT NULL,
        aggregate_type text NOT NULL,
        aggregate_id   text NOT NULL,
        version        int  NOT NULL,
        jumps          bool NOT NULL,
        envelope       json NOT NULL,
        received_at    timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (consumer, message_id)
      );
      CREATE INDEX inbox_pending_stream ON inbox_pending (consumer, aggregate_type, aggregate_id, version);

      CREATE TABLE dead_letter (
        id             uuid PRIMARY KEY,
        consumer       text NOT NULL,
        message_id     text,
        aggregate_type text,
        aggregate_id   text,
        envelope       json NOT NULL,
        reason         text NOT NULL,
        error          text NOT NULL,
        attempts       int NOT NULL,
        created_at     timestamptz NOT NULL DEFAULT now(),
        resolved_at    timestamptz,
        resolved_by    text,
        resolution     text
      );
      CREATE INDEX dead_letter_open ON dead_letter (created_at) WHERE resolved_at IS NULL;

      CREATE TABLE anomaly (
        id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        kind   text NOT NULL,
        detail jsonb NOT NULL,
        at     timestamptz NOT NULL DEFAULT now()
      );`,
  },
  {
    // Both are listed in pages, and a page goes on after an id: ids that sort by time.
    name: 'messaging-0002',
    text: `
      ALTER TABLE anomaly ADD COLUMN timely_id uuid NOT NULL DEFAULT uuidv7();
      UPDATE anomaly SET timely_id = uuidv7(at - now());
      ALTER TABLE anomaly DROP COLUMN id;
      ALTER TABLE anomaly RENAME COLUMN timely_id TO id;
      ALTER TABLE anomaly ADD PRIMARY KEY (id);

      DROP INDEX dead_letter_open;
      CREATE INDEX dead_letter_open ON dead_letter (id) WHERE resolved_at IS NULL;`,
  },
  {
    // Where a dead letter lay, if it can be read there again: it is kept once.
    name: 'messaging-0003',
    text: `
      ALTER TABLE dead_letter ADD COLUMN origin text;
      CREATE UNIQUE INDEX dead_letter_origin ON dead_letter (consumer, origin);`,
  },
  {
    // Counted whenever somebody reads the metrics: without it, by reading all that was ever said.
    name: 'messaging-0004',
    text: 'CREATE INDEX outbox_parked ON outbox (parked_at) WHERE published_at IS NULL AND parked_at IS NOT NULL;',
  },
];
