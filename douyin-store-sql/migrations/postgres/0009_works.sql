-- The new index takes the place of the one with deleted videos, which keeps readers waiting for a moment.
DROP INDEX videos_of_author;
ALTER INDEX videos_shown_of_author RENAME TO videos_of_author;
