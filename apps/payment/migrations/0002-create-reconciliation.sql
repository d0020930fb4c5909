-- An event of the provider may name the charge and not the order.
CREATE INDEX payment_provider_reference ON payment (provider_reference);

-- What the two others say while a reconciliation runs: only then, and worth nothing after a crash.
CREATE UNLOGGED TABLE reconciliation_charge (
  reference      text PRIMARY KEY,
  order_id       uuid NOT NULL,
  status         text NOT NULL,
  amount_minor   bigint NOT NULL,
  refunded_minor bigint NOT NULL,
  currency       text NOT NULL,
  created_at     timestamptz NOT NULL
);
CREATE INDEX reconciliation_charge_order ON reconciliation_charge (order_id);

CREATE UNLOGGED TABLE reconciliation_order (
  order_id          uuid PRIMARY KEY,
  status            text NOT NULL,
  total_minor       bigint NOT NULL,
  currency          text NOT NULL,
  refund_goal_minor bigint NOT NULL,
  settled           bool NOT NULL,
  updated_at        timestamptz NOT NULL
);

-- Each run, and what does not agree: found once, and gone once a later run finds that it does.
CREATE TABLE reconciliation_run (
  id          uuid PRIMARY KEY,
  started_at  timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  compared    int,
  mismatches  int
);
CREATE INDEX reconciliation_run_finished ON reconciliation_run (finished_at);

CREATE TABLE reconciliation_mismatch (
  kind     text NOT NULL,
  -- The order, or the charge of none.
  subject  text NOT NULL,
  detail   jsonb NOT NULL,
  run_id   uuid NOT NULL,
  found_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (kind, subject)
);
