-- The feed, newest first: deleted videos stand apart, so that they cost a reader nothing.
-- MySQL has no ADD KEY IF NOT EXISTS, so this looks first: it can be run again after it was interrupted.
SET @missing = (SELECT COUNT(*) = 0 FROM information_schema.statistics
    WHERE table_schema = DATABASE() AND table_name = 'videos' AND index_name = 'videos_of_feed');
SET @addition = IF(@missing, 'ALTER TABLE videos ADD KEY videos_of_feed (deleted_at, published_at, id)', 'DO 0');
PREPARE addition FROM @addition;
EXECUTE addition;
DEALLOCATE PREPARE addition;
