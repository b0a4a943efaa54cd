-- How much the videos of a user have. Of those that were published before this, nobody has counted it.
ALTER TABLE users ADD COLUMN stored_bytes BIGINT NOT NULL DEFAULT 0;
