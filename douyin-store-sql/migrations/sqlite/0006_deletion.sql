-- How much the videos of a user have. Of those that were published before this, nobody has counted it.
ALTER TABLE users ADD COLUMN stored_bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE videos ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
-- Set when it was deleted; the row stays, and so does its publication instant.
ALTER TABLE videos ADD COLUMN deleted_at INTEGER;

-- The feed, and the videos of an author, newest first. Deleted ones are in neither, so that they cost a reader nothing.
CREATE INDEX videos_of_feed ON videos (published_at) WHERE deleted_at IS NULL;
DROP INDEX videos_of_author;
CREATE INDEX videos_of_author ON videos (author_id, published_at) WHERE deleted_at IS NULL;

-- Who likes a video, so that the likes of a deleted one can be forgotten.
CREATE INDEX favorites_of_video ON favorites (video_id, user_id);
