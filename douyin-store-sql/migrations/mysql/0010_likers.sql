-- Who likes a video, so that the likes of a deleted one can be forgotten.
-- MySQL has no ADD KEY IF NOT EXISTS, so this looks first: it can be run again after it was interrupted.
SET @missing = (SELECT COUNT(*) = 0 FROM information_schema.statistics
    WHERE table_schema = DATABASE() AND table_name = 'favorites' AND index_name = 'favorites_of_video');
SET @addition = IF(@missing, 'ALTER TABLE favorites ADD KEY favorites_of_video (video_id, user_id)', 'DO 0');
PREPARE addition FROM @addition;
EXECUTE addition;
DEALLOCATE PREPARE addition;
