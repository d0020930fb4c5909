-- The sessions of an account that go on, for the one that has too many.
CREATE INDEX session_going_on ON session (account_id, last_used_at) WHERE ended_at IS NULL;
