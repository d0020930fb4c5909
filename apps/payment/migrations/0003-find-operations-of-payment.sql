-- The ledger of one payment is read by way of its operations.
CREATE INDEX psp_operation_payment ON psp_operation (payment_id);
