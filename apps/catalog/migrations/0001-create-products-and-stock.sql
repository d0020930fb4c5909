-- `stock` is what the warehouse holds, `reserved` the part of it that orders hold. What can still be sold is the rest.
CREATE TABLE product (
  id           uuid PRIMARY KEY,
  sku          text NOT NULL CONSTRAINT product_sku_is_unique UNIQUE,
  name         text NOT NULL,
  description  text NOT NULL,
  price_minor  bigint NOT NULL CHECK (price_minor > 0),
  currency     char(3) NOT NULL,
  stock        integer NOT NULL CHECK (stock >= 0),
  reserved     integer NOT NULL DEFAULT 0 CHECK (reserved >= 0),
  -- Counts changes of what describes the product, not of its stock.
  version      integer NOT NULL DEFAULT 1,
  -- When its snapshot is said again although nothing changed.
  say_again_at timestamptz NOT NULL,
  CONSTRAINT product_reserved_is_in_stock CHECK (reserved <= stock)
);

CREATE INDEX product_to_say_again ON product (say_again_at);

-- One row per order that was ever asked for: rejected and released ones stay, so that a late command finds them.
CREATE TABLE reservation (
  order_id uuid PRIMARY KEY,
  state    text NOT NULL CHECK (state IN ('RESERVED', 'REJECTED', 'COMMITTED', 'RELEASED'))
);

-- What the order holds or held; nothing for an order that never held anything.
CREATE TABLE reservation_line (
  order_id   uuid NOT NULL REFERENCES reservation,
  product_id uuid NOT NULL REFERENCES product,
  quantity   integer NOT NULL CHECK (quantity > 0),
  PRIMARY KEY (order_id, product_id)
);

-- How often each product was read, to know which to keep in memory.
CREATE TABLE product_reads (
  day        date NOT NULL,
  product_id uuid NOT NULL REFERENCES product,
  count      bigint NOT NULL,
  PRIMARY KEY (day, product_id)
);
