CREATE TABLE thing (name text PRIMARY KEY);
