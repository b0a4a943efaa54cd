-- How much the videos of a user have. Of those that were published before this, nobody has counted it.
-- MySQL has no ADD COLUMN IF NOT EXISTS, so this looks first: it can be run again after it was interrupted.
SET @missing = (SELECT COUNT(*) = 0 FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'users' AND column_name = 'stored_bytes');
SET @addition = IF(@missing, 'ALTER TABLE users ADD COLUMN stored_bytes BIGINT NOT NULL DEFAULT 0', 'DO 0');
PREPARE addition FROM @addition;
EXECUTE addition;
DEALLOCATE PREPARE addition;
