-- Work that outlives the request that caused it. A job is added in the transaction of the rows that it is about, and removed in that of its
-- result.
CREATE TABLE jobs (
    id            INTEGER PRIMARY KEY,
    kind          TEXT    NOT NULL,
    -- The video or the file that it is about.
    subject       TEXT    NOT NULL,
    -- Not before this instant.
    due           INTEGER NOT NULL,
    -- How often it was claimed. Whoever holds an earlier claim than the last holds none.
    attempts      INTEGER NOT NULL DEFAULT 0,
    -- How many of these count against it.
    tries         INTEGER NOT NULL DEFAULT 0,
    -- When others may claim it; NULL where nobody has.
    claimed_until INTEGER,
    -- Whether it is not tried again.
    failed        INTEGER NOT NULL DEFAULT FALSE,
    error         TEXT
) STRICT;

-- What is claimed next is the first of its kind that nobody holds: there are as many before it as there are workers.
CREATE INDEX jobs_of_kind ON jobs (kind, failed, due, id);
-- All of them, latest first.
CREATE INDEX jobs_by_due ON jobs (due, id);
-- Whether a video is being prepared.
CREATE INDEX jobs_of_video ON jobs (subject) WHERE kind = 'prepare';

-- What streams a video in pieces.
ALTER TABLE videos ADD COLUMN stream TEXT;
