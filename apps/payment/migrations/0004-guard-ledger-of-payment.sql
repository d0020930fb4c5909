-- No more goes back than was taken, in no other currency than it was taken in, whatever the service believes.
CREATE FUNCTION ledger_payment_is_covered() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  paid payment;
  held bigint;
BEGIN
  -- Locked: two transfers at once would each see only themselves.
  SELECT payment.* INTO paid FROM payment JOIN psp_operation AS operation ON operation.payment_id = payment.id
   WHERE operation.id = NEW.transfer_id FOR UPDATE OF payment;
  IF NEW.currency IS DISTINCT FROM paid.currency THEN
    RAISE EXCEPTION 'a transfer in % for a payment in %', NEW.currency, paid.currency USING ERRCODE = 'check_violation';
  END IF;
  SELECT sum(entry.amount_minor) INTO held FROM ledger_entry AS entry JOIN psp_operation AS operation ON operation.id = transfer_id
   WHERE operation.payment_id = paid.id AND account = 'provider';
  IF held NOT BETWEEN 0 AND paid.amount_minor THEN
    RAISE EXCEPTION 'the provider would hold % of a payment of % %', held, paid.amount_minor, paid.currency
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER ledger_payment_is_covered AFTER INSERT ON ledger_entry
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_payment_is_covered();
