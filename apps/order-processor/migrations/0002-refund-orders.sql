-- Never more back than was paid, whatever the code says.
ALTER TABLE orders ADD CONSTRAINT refund_within_total CHECK (refund_goal_minor BETWEEN 0 AND total_minor);
