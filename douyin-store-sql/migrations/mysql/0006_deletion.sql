-- MySQL has no ADD COLUMN IF NOT EXISTS, so each change of a table looks first whether it was made: it can be run again after it was
-- interrupted.

-- How much the videos of a user have. Of those that were published before this, nobody has counted it.
SET @missing = (SELECT COUNT(*) = 0 FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'users' AND column_name = 'stored_bytes');
SET @addition = IF(@missing, 'ALTER TABLE users ADD COLUMN stored_bytes BIGINT NOT NULL DEFAULT 0', 'DO 0');
PREPARE addition FROM @addition;
EXECUTE addition;
DEALLOCATE PREPARE addition;

-- How large a video is, and when it was deleted; then the row stays, and so does its publication instant. The feed and the videos of
-- an author, newest first: deleted ones stand apart, so that they cost a reader nothing.
SET @missing = (SELECT COUNT(*) = 0 FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'videos' AND column_name = 'deleted_at');
SET @addition = IF(@missing, 'ALTER TABLE videos
    ADD COLUMN bytes BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN deleted_at BIGINT,
    ADD KEY videos_of_feed (deleted_at, published_at, id),
    DROP KEY videos_of_author,
    ADD KEY videos_of_author (author_id, deleted_at, published_at, id)', 'DO 0');
PREPARE addition FROM @addition;
EXECUTE addition;
DEALLOCATE PREPARE addition;

-- Who likes a video, so that the likes of a deleted one can be forgotten.
SET @missing = (SELECT COUNT(*) = 0 FROM information_schema.statistics
    WHERE table_schema = DATABASE() AND table_name = 'favorites' AND index_name = 'favorites_of_video');
SET @addition = IF(@missing, 'ALTER TABLE favorites ADD KEY favorites_of_video (video_id, user_id)', 'DO 0');
PREPARE addition FROM @addition;
EXECUTE addition;
DEALLOCATE PREPARE addition;
