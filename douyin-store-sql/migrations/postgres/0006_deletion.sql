ALTER TABLE videos ADD COLUMN bytes BIGINT NOT NULL DEFAULT 0;
-- Set when it was deleted; the row stays, and so does its publication instant.
ALTER TABLE videos ADD COLUMN deleted_at BIGINT;
