-- How often all sessions of a user have been ended. A session is of the generation that its user had when it began.
ALTER TABLE users ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;

-- Sessions that have ended, in an order that other processes follow: by position, which revocation_positions hands out. Of a session,
-- and of all sessions of a user, there is one row, the latest. It is removed some time after it has expired.
CREATE TABLE revocations (
    position   INTEGER PRIMARY KEY,
    user_id    INTEGER NOT NULL,
    -- Which; empty for every session of a generation before this one.
    session    TEXT    NOT NULL,
    generation INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX revocations_of_session ON revocations (user_id, session);
CREATE INDEX revocations_by_expiry ON revocations (expires_at, position);

-- One row: the last position. It never goes back, also when the rows are gone.
CREATE TABLE revocation_positions (
    id   INTEGER PRIMARY KEY,
    last INTEGER NOT NULL
) STRICT;

INSERT INTO revocation_positions (id, last) VALUES (1, 0);
