-- A session is what a client holds refresh tokens of: it is open until it has ended or expired.
ALTER TABLE session
  ADD COLUMN last_used_at timestamptz NOT NULL DEFAULT now(),
  ADD COLUMN user_agent   text,
  ADD COLUMN ended_at     timestamptz;

CREATE INDEX session_ended_at ON session (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX session_last_used_at ON session (last_used_at);
CREATE INDEX session_created_at ON session (created_at);

-- Every token that a session ever had; at most one of them is not used. A used one that comes again gives a thief away.
CREATE TABLE refresh_token (
  -- SHA-256: who reads this table cannot log in with it.
  hash       bytea       PRIMARY KEY CHECK (length(hash) = 32),
  session_id uuid        NOT NULL REFERENCES session (id) ON DELETE CASCADE,
  issued_at  timestamptz NOT NULL DEFAULT now(),
  used_at    timestamptz
);

CREATE INDEX refresh_token_session_id ON refresh_token (session_id);
CREATE UNIQUE INDEX refresh_token_one_unused ON refresh_token (session_id) WHERE used_at IS NULL;

-- Of a person who was erased nothing stays but an id, which orders speak of.
ALTER TABLE account
  ADD COLUMN erased_at timestamptz,
  ALTER COLUMN email DROP NOT NULL,
  ALTER COLUMN name DROP NOT NULL,
  ALTER COLUMN password_hash DROP NOT NULL,
  DROP CONSTRAINT account_roles_check,
  ADD CONSTRAINT account_roles_are_known CHECK (roles <@ ARRAY['customer', 'admin']),
  ADD CONSTRAINT account_is_whole_or_erased CHECK (
    (erased_at IS NULL AND num_nulls(email, name, password_hash) = 0 AND cardinality(roles) > 0)
    OR (erased_at IS NOT NULL AND num_nonnulls(email, name, password_hash) = 0 AND cardinality(roles) = 0));

CREATE INDEX account_admins ON account (id) WHERE 'admin' = ANY (roles);
