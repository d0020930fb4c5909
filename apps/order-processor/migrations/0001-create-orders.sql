CREATE TABLE orders (
  id                uuid PRIMARY KEY,
  user_id           uuid NOT NULL,
  cart_id           uuid NOT NULL,
  total_minor       bigint NOT NULL CHECK (total_minor > 0),
  currency          char(3) NOT NULL,
  payment_method    text NOT NULL,
  status            text NOT NULL,
  version           int NOT NULL,
  cancel_reason     text,
  deadline_at       timestamptz NOT NULL,
  -- The goal last said to each side (null: never asked), and the last report applied from it.
  stock_goal        text,
  stock_seen        text,
  payment_goal      text,
  payment_seen      text,
  refund_goal_minor bigint NOT NULL DEFAULT 0,
  refunded_minor    bigint NOT NULL DEFAULT 0,
  needs_review      bool NOT NULL DEFAULT false,
  created_at        timestamptz NOT NULL,
  updated_at        timestamptz NOT NULL,
  -- Last change, report or question.
  progress_at       timestamptz NOT NULL,
  settled_at        timestamptz,
  UNIQUE (user_id, cart_id),
  CHECK ((status = 'CANCELLED') = (cancel_reason IS NOT NULL))
);
CREATE INDEX orders_newest ON orders (user_id, id DESC);
CREATE INDEX orders_unsettled ON orders (progress_at) WHERE settled_at IS NULL;
CREATE INDEX orders_with_deadline ON orders (deadline_at) WHERE status IN ('PLACED', 'RESERVING', 'AUTHORIZING');

CREATE TABLE order_line (
  order_id         uuid NOT NULL REFERENCES orders,
  position         int NOT NULL,
  product_id       uuid NOT NULL,
  quantity         int NOT NULL CHECK (quantity > 0),
  unit_price_minor bigint NOT NULL CHECK (unit_price_minor >= 0),
  PRIMARY KEY (order_id, product_id)
);

CREATE TABLE order_timeline (
  order_id uuid NOT NULL REFERENCES orders,
  version  int NOT NULL,
  status   text NOT NULL,
  cause    text NOT NULL,
  at       timestamptz NOT NULL,
  PRIMARY KEY (order_id, version)
);

CREATE TABLE idempotency_key (
  subject     uuid NOT NULL,
  operation   text NOT NULL,
  key         text NOT NULL,
  fingerprint bytea NOT NULL,
  status      int NOT NULL,
  headers     jsonb NOT NULL,
  -- json, not jsonb: a replay is the same to the letter.
  body        json NOT NULL,
  resource_id uuid,
  created_at  timestamptz NOT NULL DEFAULT now(),
  expires_at  timestamptz NOT NULL,
  PRIMARY KEY (subject, operation, key)
);
CREATE INDEX idempotency_key_expiry ON idempotency_key (expires_at);

-- What catalog last said a product costs: checkout works while catalog is away.
CREATE TABLE product_price (
  product_id   uuid PRIMARY KEY,
  amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
  currency     char(3) NOT NULL
);
