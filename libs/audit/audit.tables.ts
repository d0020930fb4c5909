import type { Migration } from '@towpath/database';

/** The table of audit events, in the database of every service that writes any. */
export const auditMigrations: readonly Migration[] = [
  {
    name: 'audit-0001',
    text: `
      CREATE TABLE audit_event (
        id       uuid PRIMARY KEY,
        at       timestamptz NOT NULL DEFAULT now(),
        actor    text NOT NULL,
        action   text NOT NULL,
        subject  text NOT NULL,
        detail   jsonb NOT NULL,
        trace_id text
      );
      CREATE INDEX audit_event_actor ON audit_event (actor, id);
      CREATE INDEX audit_event_subject ON audit_event (subject, id);

      -- Refused to the owner of the table as well: what was noted stays as it was noted.
      CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'audit events are append-only' USING ERRCODE = 'insufficient_privilege';
      END $$;

      CREATE TRIGGER audit_event_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event
        FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();

      -- Whatever role the service runs as: it was granted these by default.
      DO $$
      DECLARE
        other name;
      BEGIN
        FOR other IN SELECT DISTINCT grantee FROM information_schema.role_table_grants
          WHERE table_schema = current_schema AND table_name = 'audit_event' AND grantee <> current_user
        LOOP
          EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON audit_event FROM %I', other);
        END LOOP;
      END $$;`,
  },
];
