-- How often all sessions of a user have been ended. A session is of the generation that its user had when it began.
ALTER TABLE users ADD COLUMN generation BIGINT NOT NULL DEFAULT 0;

-- Sessions that have ended, in an order that other processes follow: by position, which revocation_positions hands out. Of a session,
-- and of all sessions of a user, there is one row, the latest. It is removed some time after it has expired.
CREATE TABLE revocations (
    position   BIGINT NOT NULL PRIMARY KEY,
    user_id    BIGINT NOT NULL,
    -- Which; empty for every session of a generation before this one.
    session    TEXT   COLLATE "C" NOT NULL,
    generation BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE UNIQUE INDEX revocations_of_session ON revocations (user_id, session);
CREATE INDEX revocations_by_expiry ON revocations (expires_at, position);

-- One row: the last position. It never goes back, also when the rows are gone. Whoever adds a revocation locks it first, so that
-- positions become visible in their order.
CREATE TABLE revocation_positions (
    id   BIGINT NOT NULL PRIMARY KEY,
    last BIGINT NOT NULL
);

INSERT INTO revocation_positions (id, last) VALUES (1, 0);
