-- Repairs of counters: one row. A repair takes the next number before it counts, and only the newest one may correct anything, so
-- that no two correct the same difference.
CREATE TABLE repairs (
    id     BIGINT NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL
);

INSERT INTO repairs (id, number) VALUES (1, 0);
