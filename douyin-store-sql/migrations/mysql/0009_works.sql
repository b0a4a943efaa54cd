-- The videos of an author, newest first: deleted ones stand apart.
-- MySQL has no ADD KEY IF NOT EXISTS, so this looks first: it can be run again after it was interrupted.
SET @missing = (SELECT COUNT(*) = 0 FROM information_schema.statistics
    WHERE table_schema = DATABASE() AND table_name = 'videos' AND index_name = 'videos_of_author' AND column_name = 'deleted_at');
SET @addition = IF(@missing, 'ALTER TABLE videos
    DROP KEY videos_of_author,
    ADD KEY videos_of_author (author_id, deleted_at, published_at, id)', 'DO 0');
PREPARE addition FROM @addition;
EXECUTE addition;
DEALLOCATE PREPARE addition;
