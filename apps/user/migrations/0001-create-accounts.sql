CREATE TABLE account (
  id            uuid        PRIMARY KEY,
  -- In lower case, as the API hands it in.
  email         text        NOT NULL CONSTRAINT account_email UNIQUE CHECK (email = lower(email)),
  name          text        NOT NULL,
  password_hash text        NOT NULL,
  roles         text[]      NOT NULL CHECK (cardinality(roles) > 0 AND roles <@ ARRAY['customer', 'admin']),
  created_at    timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE session (
  id         uuid        PRIMARY KEY,
  account_id uuid        NOT NULL REFERENCES account (id),
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX session_account_id ON session (account_id);
