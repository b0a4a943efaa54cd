-- The videos of an author, newest first, without deleted ones.
DROP INDEX videos_of_author;
CREATE INDEX videos_of_author ON videos (author_id, published_at) WHERE deleted_at IS NULL;
