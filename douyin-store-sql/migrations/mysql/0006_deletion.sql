-- How large a video is, and when it was deleted; then the row stays, and so does its publication instant. MySQL has no ADD COLUMN IF NOT
-- EXISTS, so this looks first: it can be run again after it was interrupted.
SET @missing = (SELECT COUNT(*) = 0 FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'videos' AND column_name = 'deleted_at');
SET @addition = IF(@missing, 'ALTER TABLE videos ADD COLUMN bytes BIGINT NOT NULL DEFAULT 0, ADD COLUMN deleted_at BIGINT', 'DO 0');
PREPARE addition FROM @addition;
EXECUTE addition;
DEALLOCATE PREPARE addition;
