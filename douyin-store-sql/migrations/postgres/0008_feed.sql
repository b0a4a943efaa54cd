-- The feed, and the videos of an author, newest first. Deleted ones are in neither, so that they cost a reader nothing. Building them keeps
-- writers waiting, and nobody else: so nothing that keeps readers waiting is in this transaction.
CREATE INDEX videos_of_feed ON videos (published_at) WHERE deleted_at IS NULL;
CREATE INDEX videos_shown_of_author ON videos (author_id, published_at) WHERE deleted_at IS NULL;
