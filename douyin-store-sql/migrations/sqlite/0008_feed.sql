-- The feed, newest first. Deleted videos are not in it, so that they cost a reader nothing.
CREATE INDEX videos_of_feed ON videos (published_at) WHERE deleted_at IS NULL;
