-- Counters live in the rows they belong to and move in the transaction of the rows they count; nothing here counts by
-- trigger, and nothing rests on foreign keys. Instants are milliseconds since 1970-01-01 UTC.
--
-- Users and videos leave room in their pages, so that a new version of a row, whose counter moved, fits beside the old one
-- and no index has to follow.

CREATE TABLE users (
    id              BIGINT NOT NULL PRIMARY KEY,
    name            TEXT   NOT NULL,
    -- The folded name. UNIQUE, compared byte by byte: two registrations of one name, at once or not, leave one user; also
    -- finds the user of a login.
    username_key    TEXT   COLLATE "C" NOT NULL UNIQUE,
    password        TEXT   NOT NULL,
    signature       TEXT   NOT NULL,
    avatar          TEXT,
    background      TEXT,
    registered_at   BIGINT NOT NULL,
    follow_count    BIGINT NOT NULL DEFAULT 0,
    follower_count  BIGINT NOT NULL DEFAULT 0,
    total_favorited BIGINT NOT NULL DEFAULT 0,
    work_count      BIGINT NOT NULL DEFAULT 0,
    favorite_count  BIGINT NOT NULL DEFAULT 0
) WITH (fillfactor = 70);

CREATE TABLE videos (
    id             BIGINT NOT NULL PRIMARY KEY,
    author_id      BIGINT NOT NULL,
    title          TEXT   NOT NULL,
    play           TEXT   NOT NULL,
    cover          TEXT   NOT NULL,
    -- UNIQUE, so that paging by a bare instant is exact; also the order of the feed.
    published_at   BIGINT NOT NULL UNIQUE,
    favorite_count BIGINT NOT NULL DEFAULT 0,
    comment_count  BIGINT NOT NULL DEFAULT 0
) WITH (fillfactor = 70);

-- The videos of an author, newest first.
CREATE INDEX videos_of_author ON videos (author_id, published_at);

-- The pair is the key: it answers whether a viewer likes a video, and makes a second like of one pair a conflict.
CREATE TABLE favorites (
    user_id   BIGINT NOT NULL,
    video_id  BIGINT NOT NULL,
    marked_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, video_id)
);

-- What a user likes, latest like first.
CREATE INDEX favorites_of_user ON favorites (user_id, marked_at, video_id);

-- The pair is the key: it answers whether a viewer follows a user, and makes a second follow of one pair a conflict.
CREATE TABLE follows (
    follower_id BIGINT NOT NULL,
    followee_id BIGINT NOT NULL,
    marked_at   BIGINT NOT NULL,
    PRIMARY KEY (follower_id, followee_id)
);

-- Whom a user follows, latest follow first.
CREATE INDEX follows_of_follower ON follows (follower_id, marked_at, followee_id);
-- Who follows a user, latest follow first.
CREATE INDEX follows_of_followee ON follows (followee_id, marked_at, follower_id);

CREATE TABLE comments (
    id         BIGINT NOT NULL PRIMARY KEY,
    video_id   BIGINT NOT NULL,
    author_id  BIGINT NOT NULL,
    text       TEXT   NOT NULL,
    written_at BIGINT NOT NULL,
    -- Set when it was deleted; the row stays.
    deleted_at BIGINT
);

-- The comments below a video, newest first. Partial, so that deleted ones cost a reader nothing.
CREATE INDEX comments_of_video ON comments (video_id, written_at, id) WHERE deleted_at IS NULL;

CREATE TABLE messages (
    id      BIGINT NOT NULL PRIMARY KEY,
    -- The two users of the conversation, the smaller id first.
    low_id  BIGINT NOT NULL,
    high_id BIGINT NOT NULL,
    from_id BIGINT NOT NULL,
    text    TEXT   NOT NULL,
    sent_at BIGINT NOT NULL
);

-- A conversation in order, and its newest message. UNIQUE, because its instants are.
CREATE UNIQUE INDEX messages_of_conversation ON messages (low_id, high_id, sent_at);
-- Only what one of the two sent: a client that polls for what it received passes over nothing that it sent itself.
CREATE INDEX messages_of_sender ON messages (low_id, high_id, from_id, sent_at);

-- Rows to lock, where there is no row yet that two transactions would share: who registers, and who publishes, waits for the
-- one before.
CREATE TABLE write_locks (
    name TEXT NOT NULL PRIMARY KEY
);
INSERT INTO write_locks (name) VALUES ('registration'), ('publication');
