-- One row per order that payment was ever asked about. A cancelled one that was never asked to pay is a row too, without an
-- amount: a late command must find it.
CREATE TABLE payment (
  id                 uuid PRIMARY KEY,
  order_id           uuid NOT NULL UNIQUE,
  amount_minor       bigint CHECK (amount_minor > 0),
  currency           char(3),
  payment_method     text,
  state              text NOT NULL CHECK (state IN ('REQUESTED', 'AUTHORIZED', 'CAPTURED', 'REFUNDED', 'DECLINED', 'VOIDED')),
  goal               text NOT NULL CHECK (goal IN ('authorize', 'capture', 'cancel')),
  refund_goal_minor  bigint NOT NULL DEFAULT 0,
  refunded_minor     bigint NOT NULL DEFAULT 0,
  -- The provider's name for it, once known.
  provider_reference text,
  decline_reason     text,
  version            int NOT NULL,
  created_at         timestamptz NOT NULL DEFAULT now(),
  changed_at         timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT payment_amount_is_known CHECK (state = 'VOIDED' OR num_nulls(amount_minor, currency, payment_method) = 0),
  CONSTRAINT payment_refund_is_within_amount
    CHECK (refunded_minor >= 0 AND refund_goal_minor >= 0 AND greatest(refunded_minor, refund_goal_minor) <= coalesce(amount_minor, 0)),
  CONSTRAINT payment_is_refunded_when_all_is_back CHECK ((state = 'REFUNDED') = (refunded_minor > 0 AND refunded_minor = amount_minor))
);

-- One row per arrow of the payment. QUEUED: never claimed, the provider cannot know of it. SENT: claimed, it may.
-- NEEDS_REVIEW: a person must look; it is looked up until its outcome is known. DONE, DROPPED: closed.
CREATE TABLE psp_operation (
  id            uuid PRIMARY KEY,
  payment_id    uuid NOT NULL REFERENCES payment,
  kind          text NOT NULL CHECK (kind IN ('authorize', 'capture', 'void', 'refund')),
  -- What it holds, takes or gives back.
  amount_minor  bigint NOT NULL CHECK (amount_minor > 0),
  -- Made of what the operation is for, so that even a row that was lost and made again cannot charge twice.
  idem_key      text NOT NULL UNIQUE,
  state         text NOT NULL CHECK (state IN ('QUEUED', 'SENT', 'NEEDS_REVIEW', 'DONE', 'DROPPED')),
  -- send: say it (again). find: unknown, and saying it again would not tell. adopt: refused, so what is true there instead?
  approach      text NOT NULL DEFAULT 'send' CHECK (approach IN ('send', 'find', 'adopt')),
  attempts      int NOT NULL DEFAULT 0,
  next_at       timestamptz NOT NULL DEFAULT now(),
  lease_until   timestamptz,
  first_sent_at timestamptz,
  -- The last answer, the definite one when it is DONE.
  result        jsonb,
  -- The trace that it belongs to.
  traceparent   text,
  created_at    timestamptz NOT NULL DEFAULT now()
);

CREATE UNIQUE INDEX psp_operation_one_open ON psp_operation (payment_id) WHERE state IN ('QUEUED', 'SENT', 'NEEDS_REVIEW');
CREATE INDEX psp_operation_due ON psp_operation (next_at) WHERE state IN ('QUEUED', 'SENT', 'NEEDS_REVIEW');

-- Double entry: what one account gains another loses. A transfer has the id of the operation that made it.
CREATE TABLE ledger_entry (
  transfer_id  uuid NOT NULL REFERENCES psp_operation,
  account      text NOT NULL CHECK (account IN ('provider', 'sales', 'refunds')),
  amount_minor bigint NOT NULL CHECK (amount_minor <> 0),
  currency     char(3) NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (transfer_id, account)
);

CREATE FUNCTION ledger_transfer_balances() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  surplus bigint;
BEGIN
  SELECT sum(amount_minor) INTO surplus FROM ledger_entry WHERE transfer_id = NEW.transfer_id AND currency = NEW.currency;
  IF surplus <> 0 THEN
    RAISE EXCEPTION 'transfer % is out of balance by % %', NEW.transfer_id, surplus, NEW.currency USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER ledger_entry_balances AFTER INSERT ON ledger_entry
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_transfer_balances();

-- Refused to the owner of the table as well: a mistake in the books is put right by another transfer.
CREATE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER ledger_entry_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entry
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only();

REVOKE UPDATE, DELETE, TRUNCATE ON ledger_entry FROM payment;
