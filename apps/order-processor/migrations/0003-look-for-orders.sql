-- What people look for among the orders of everybody, newest first: those under way, and those that ended so or so.
CREATE INDEX orders_open ON orders (id) WHERE settled_at IS NULL;
CREATE INDEX orders_ended ON orders (status, id) WHERE status IN ('COMPLETED', 'CANCELLED');

-- How often a customer's payments were declined lately: somebody may be trying stolen cards.
CREATE INDEX orders_declined ON orders (user_id, updated_at) WHERE cancel_reason = 'declined';
