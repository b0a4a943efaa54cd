-- Counters live in the rows they belong to and move in the transaction of the rows they count; nothing here counts by
-- trigger, and nothing rests on foreign keys. Instants are milliseconds since 1970-01-01 UTC.
--
-- MySQL and MariaDB commit each of these statements by itself, so each can be run again after it was interrupted. For that the
-- indexes stand in the tables: MySQL has no CREATE INDEX IF NOT EXISTS.
--
-- A table of InnoDB lies in the order of its primary key, whose columns every other index has behind its own: an index that
-- ends with them here says so for the reader and costs nothing.
--
-- Texts are VARCHAR, long enough for what core lets in: a derived table with a TEXT column goes to the disk.

CREATE TABLE IF NOT EXISTS users (
    id              BIGINT         NOT NULL PRIMARY KEY,
    name            VARCHAR(255)   NOT NULL,
    -- The folded name; of 32 characters each can become 33 bytes. UNIQUE, compared byte by byte: two registrations of one name, at
    -- once or not, leave one user; also finds the user of a login. No collation of both servers leaves spaces at the end alone.
    username_key    VARBINARY(2048) NOT NULL UNIQUE,
    password        VARCHAR(1024)  NOT NULL,
    signature       VARCHAR(1024)  NOT NULL,
    avatar          VARCHAR(1024),
    background      VARCHAR(1024),
    registered_at   BIGINT         NOT NULL,
    follow_count    BIGINT         NOT NULL DEFAULT 0,
    follower_count  BIGINT         NOT NULL DEFAULT 0,
    total_favorited BIGINT         NOT NULL DEFAULT 0,
    work_count      BIGINT         NOT NULL DEFAULT 0,
    favorite_count  BIGINT         NOT NULL DEFAULT 0
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS videos (
    id             BIGINT        NOT NULL PRIMARY KEY,
    author_id      BIGINT        NOT NULL,
    title          VARCHAR(1024) NOT NULL,
    play           VARCHAR(1024) NOT NULL,
    cover          VARCHAR(1024) NOT NULL,
    -- UNIQUE, so that paging by a bare instant is exact; also the order of the feed.
    published_at   BIGINT        NOT NULL UNIQUE,
    favorite_count BIGINT        NOT NULL DEFAULT 0,
    comment_count  BIGINT        NOT NULL DEFAULT 0,
    -- The videos of an author, newest first.
    KEY videos_of_author (author_id, published_at, id)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS favorites (
    user_id   BIGINT NOT NULL,
    video_id  BIGINT NOT NULL,
    marked_at BIGINT NOT NULL,
    -- The pair is the key: it answers whether a viewer likes a video, and makes a second like of one pair a conflict. The user
    -- comes first, so that what a viewer likes of a page of videos lies together.
    PRIMARY KEY (user_id, video_id),
    -- What a user likes, latest like first.
    KEY favorites_of_user (user_id, marked_at, video_id)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS follows (
    follower_id BIGINT NOT NULL,
    followee_id BIGINT NOT NULL,
    marked_at   BIGINT NOT NULL,
    -- The pair is the key: it answers whether a viewer follows a user, and makes a second follow of one pair a conflict.
    PRIMARY KEY (follower_id, followee_id),
    -- Whom a user follows, latest follow first.
    KEY follows_of_follower (follower_id, marked_at, followee_id),
    -- Who follows a user, latest follow first.
    KEY follows_of_followee (followee_id, marked_at, follower_id)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS comments (
    id         BIGINT        NOT NULL PRIMARY KEY,
    video_id   BIGINT        NOT NULL,
    author_id  BIGINT        NOT NULL,
    text       VARCHAR(1024) NOT NULL,
    written_at BIGINT        NOT NULL,
    -- Set when it was deleted; the row stays.
    deleted_at BIGINT,
    -- The comments below a video, newest first. Deleted ones stand apart, so that they cost a reader nothing.
    KEY comments_of_video (video_id, deleted_at, written_at, id)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS messages (
    id      BIGINT        NOT NULL PRIMARY KEY,
    -- The two users of the conversation, the smaller id first.
    low_id  BIGINT        NOT NULL,
    high_id BIGINT        NOT NULL,
    from_id BIGINT        NOT NULL,
    text    VARCHAR(1024) NOT NULL,
    sent_at BIGINT        NOT NULL,
    -- A conversation in order, and its newest message. UNIQUE, because its instants are.
    UNIQUE KEY messages_of_conversation (low_id, high_id, sent_at),
    -- Only what one of the two sent: a client that polls for what it received passes over nothing that it sent itself.
    KEY messages_of_sender (low_id, high_id, from_id, sent_at)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Rows to lock, where there is no row yet that two transactions would share: who registers, and who publishes, waits for the
-- one before.
CREATE TABLE IF NOT EXISTS write_locks (
    name VARCHAR(64) NOT NULL PRIMARY KEY
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
REPLACE INTO write_locks (name) VALUES ('registration'), ('publication');
