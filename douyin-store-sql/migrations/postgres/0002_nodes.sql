-- Node numbers, each lent to one process at a time, so that no two make the same id. A process makes ids of a number only in
-- milliseconds below its reserved_until, which has moved on before, and every later term begins there. Rows are never removed.
CREATE TABLE node_leases (
    number         BIGINT NOT NULL PRIMARY KEY,
    -- Who has it; empty where nobody has.
    holder         TEXT   NOT NULL DEFAULT '',
    -- How often it was lent.
    term           BIGINT NOT NULL DEFAULT 0,
    reserved_until BIGINT NOT NULL DEFAULT 0,
    -- When others may take it.
    expires_at     BIGINT NOT NULL DEFAULT 0
);

INSERT INTO node_leases (number) VALUES
    (0), (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12), (13), (14), (15),
    (16), (17), (18), (19), (20), (21), (22), (23), (24), (25), (26), (27), (28), (29), (30), (31);
