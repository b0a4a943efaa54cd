-- How often all sessions of a user have been ended. A session is of the generation that its user had when it began. MySQL has no
-- ADD COLUMN IF NOT EXISTS, so this looks first: it can be run again after it was interrupted.
SET @missing = (SELECT COUNT(*) = 0 FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'users' AND column_name = 'generation');
SET @addition = IF(@missing, 'ALTER TABLE users ADD COLUMN generation BIGINT NOT NULL DEFAULT 0', 'DO 0');
PREPARE addition FROM @addition;
EXECUTE addition;
DEALLOCATE PREPARE addition;

-- Sessions that have ended, in an order that other processes follow: by position, which revocation_positions hands out. Of a session,
-- and of all sessions of a user, there is one row, the latest. It is removed some time after it has expired.
CREATE TABLE IF NOT EXISTS revocations (
    position   BIGINT      NOT NULL PRIMARY KEY,
    user_id    BIGINT      NOT NULL,
    -- Which; empty for every session of a generation before this one.
    session    VARCHAR(64) NOT NULL,
    generation BIGINT      NOT NULL,
    expires_at BIGINT      NOT NULL,
    UNIQUE KEY revocations_of_session (user_id, session),
    KEY revocations_by_expiry (expires_at, position)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- One row: the last position. It never goes back, also when the rows are gone. Whoever adds a revocation locks it first, so that
-- positions become visible in their order.
CREATE TABLE IF NOT EXISTS revocation_positions (
    id   BIGINT NOT NULL PRIMARY KEY,
    last BIGINT NOT NULL
) ENGINE = InnoDB;

INSERT INTO revocation_positions (id, last) SELECT 1, 0 FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM revocation_positions);
