-- Repairs of counters: one row. A repair takes the next number before it counts, and only the newest one may correct anything, so
-- that no two correct the same difference.
CREATE TABLE IF NOT EXISTS repairs (
    id     BIGINT NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL
) ENGINE = InnoDB;

INSERT INTO repairs (id, number) SELECT 1, 0 FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM repairs);
