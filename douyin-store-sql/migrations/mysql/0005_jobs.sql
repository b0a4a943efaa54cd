-- Work that outlives the request that caused it. A job is added in the transaction of the rows that it is about, and removed in that of its
-- result.
CREATE TABLE IF NOT EXISTS jobs (
    id            BIGINT        NOT NULL PRIMARY KEY,
    kind          VARCHAR(64)   NOT NULL,
    -- The video or the file that it is about.
    subject       VARCHAR(1024) NOT NULL,
    -- Not before this instant.
    due           BIGINT        NOT NULL,
    -- How often it was claimed. Whoever holds an earlier claim than the last holds none.
    attempts      BIGINT        NOT NULL DEFAULT 0,
    -- How many of these count against it.
    tries         BIGINT        NOT NULL DEFAULT 0,
    -- When others may claim it; NULL where nobody has.
    claimed_until BIGINT,
    -- Whether it is not tried again.
    failed        BOOLEAN       NOT NULL DEFAULT FALSE,
    error         VARCHAR(1024),
    -- What is claimed next is the first of its kind that nobody holds: there are as many before it as there are workers.
    KEY jobs_of_kind (kind, failed, due, id),
    -- All of them, latest first.
    KEY jobs_by_due (due, id),
    -- Whether a video is being prepared.
    KEY jobs_of_video (kind, subject(32))
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Whoever claims a job, or says how it ended, waits for the others who do.
REPLACE INTO write_locks (name) VALUES ('job');

-- What streams a video in pieces. MySQL has no ADD COLUMN IF NOT EXISTS, so this looks first: it can be run again after it was interrupted.
SET @missing = (SELECT COUNT(*) = 0 FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'videos' AND column_name = 'stream');
SET @addition = IF(@missing, 'ALTER TABLE videos ADD COLUMN stream VARCHAR(1024)', 'DO 0');
PREPARE addition FROM @addition;
EXECUTE addition;
DEALLOCATE PREPARE addition;
