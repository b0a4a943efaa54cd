use std::net::SocketAddr;
use std::path::PathBuf;

use douyin_core::{MessagePolicy, NodeNumber};
use douyin_media::{Accept, Ffmpeg};
use jiff::tz::TimeZone;

use super::setting::{Setting, settings};
use super::value::{
    DeliveryKind, KeyPrefix, Limit, LogFilter, LogFormat, Number, Origins, Password, PublicUrl,
    Ratio, Secret, Secrets, Url, Value,
};
use crate::api::{ChatIncremental, Language, MOST_TOKEN_DAYS, TrustedProxies};
use crate::open::CacheAlone;

settings! {
    listen: SocketAddr = "listen", "127.0.0.1:8080",
        "where the web client, the API, the media and the documentation answer";
    admin_listen: Option<SocketAddr> = "admin_listen", "127.0.0.1:8081",
        "where `/metrics`, `/healthz` and `/readyz` answer; empty turns it off";
    data_dir: PathBuf = "data_dir", "data",
        "folder of the default database, the media and the secret; made where it does not exist";
    database_url: Url = "database_url", "sqlite:<data dir>/douyin.db",
        "the database: `sqlite:PATH`, `postgres://USER:PASSWORD@HOST/NAME`, `mysql://USER:PASSWORD@HOST/NAME`, or `memory:` to keep nothing";
    media_url: Url = "media_url", "file:<data dir>/media",
        "where videos and covers lie: `file:PATH`, `s3://BUCKET/PREFIX`, or `memory:` to keep nothing, which is the default where the database is `memory:`";
    redis_url: Option<Url> = "redis_url", "",
        "a Redis server through which several nodes tell each other what they must know: `redis://:PASSWORD@HOST:6379/0`, or `rediss:` for TLS; it may be away at any time";
    redis_prefix: KeyPrefix = "redis.prefix", "douyin:",
        "what every key and channel in Redis begins with: the same on all nodes of a deployment, another for each deployment";
    redis_timeout_milliseconds: Number<1, 10_000> = "redis.timeout_milliseconds", "100",
        "so long Redis may take to answer; after a few times it is not waited for until it answers a probe";
    public_url: Option<PublicUrl> = "public_url", "", live,
        "what `play_url` and the other absolute URLs begin with; unset takes it from the request's Host";
    jwt_secret: Option<Secret> = "jwt_secret", "", live,
        "signs the tokens; unset makes one once and keeps it in the data folder";
    jwt_also_accepted: Secrets = "jwt.also_accepted", "", live,
        "further secrets whose tokens are accepted: those that signed before, and those that are going to";
    node_id: Option<NodeNumber> = "node_id", "",
        "tells the ids of servers on one database apart; unset leases a number that is free, which is nearly always right";
    bcrypt_cost: Number<4, 31> = "bcrypt_cost", "10",
        "two to this power are the rounds of a password hash; 10 takes about 50 ms";
    words_file: Option<PathBuf> = "words_file", "", live,
        "sensitive words, one a line; read again when it changes";
    chat_incremental: ChatIncremental = "chat.incremental", "auto", live,
        "which messages a chat answers after `pre_msg_time`: both for browsers and incoming otherwise, or always one of the two";
    max_upload_mb: Number<1, 1_048_576> = "max_upload_mb", "512",
        "the largest video file, in MiB";
    list_limit: Number<1, 100_000> = "list.limit", "1000", live,
        "entries of a list without paging parameters, and the most that they can ask for";
    log: LogFilter = "log", "info", live,
        "which log lines are written, as a filter of tracing's `EnvFilter`";
    log_format: LogFormat = "log_format", "pretty",
        "how log lines look";
    otlp_endpoint: Option<PublicUrl> = "otlp.endpoint", "",
        "where traces are sent: the `http://` address of an OpenTelemetry collector that takes OTLP over HTTP, such as `http://127.0.0.1:4318`; in builds with the cargo feature `otlp`";
    otlp_sample_ratio: Ratio = "otlp.sample_ratio", "1",
        "which part of the requests is traced, where no `traceparent` of theirs decides it";
    feed_limit: Number<1, 1_000> = "feed.limit", "30", live,
        "videos in a page of the feed";
    chat_limit: Number<1, 100_000> = "chat.limit", "1000", live,
        "messages in a page of a conversation";
    message_policy: MessagePolicy = "message.policy", "anyone", live,
        "who may write to whom: everybody to everybody, or only users who follow each other";
    password_min_length: Number<1, 1024> = "password.min_length", "5", live,
        "the fewest characters of a new password";
    password_max_length: Number<1, 1024> = "password.max_length", "32", live,
        "the most characters of a new password";
    token_days: Number<1, MOST_TOKEN_DAYS> = "token.days", "30", live,
        "so many days a token is valid; fewer hold for the tokens that there are, too, more for sessions that begin later";
    login_misses: Number<1, 1_000_000> = "login.misses", "30", live,
        "wrong passwords of one account from one address within `login.seconds` before 429; ten times as many of all accounts from one address, or of one account from new addresses; M nodes with Redis may let M times as many through at the same moment";
    login_seconds: Number<1, 86_400> = "login.seconds", "300", live,
        "the time that `login.misses` counts in";
    register_limit: Number<1, 1_000_000> = "register.limit", "120", live,
        "registrations from one address within `register.seconds` before 429; a class of a hundred, or ten a second for as long as they like, by default";
    register_seconds: Number<1, 86_400> = "register.seconds", "10", live,
        "the time that `register.limit` counts in";
    limits_enforced: bool = "limits.enforced", "true", live,
        "whether the limits of this section are; benchmarks from one machine turn them off";
    limits_reading_per_address: Limit = "limits.reading_per_address", "50000/10", live,
        "requests that only look at something from one address before 429";
    limits_reading_per_account: Limit = "limits.reading_per_account", "10000/10", live,
        "requests that only look at something by one account before 429";
    limits_writing_per_address: Limit = "limits.writing_per_address", "20000/10", live,
        "likes and follows, given or taken back, and edits of profiles, from one address before 429";
    limits_writing_per_account: Limit = "limits.writing_per_account", "5000/10", live,
        "likes and follows, given or taken back, and edits of profiles, by one account before 429";
    limits_commenting_per_address: Limit = "limits.commenting_per_address", "10000/10", live,
        "comments, added or deleted, from one address before 429";
    limits_commenting_per_account: Limit = "limits.commenting_per_account", "2000/10", live,
        "comments, added or deleted, by one account before 429";
    limits_messaging_per_address: Limit = "limits.messaging_per_address", "10000/10", live,
        "messages from one address before 429";
    limits_messaging_per_account: Limit = "limits.messaging_per_account", "3000/10", live,
        "messages by one account before 429";
    limits_publishing_per_address: Limit = "limits.publishing_per_address", "3000/60", live,
        "uploads from one address before 429";
    limits_publishing_per_account: Limit = "limits.publishing_per_account", "600/60", live,
        "uploads by one account before 429";
    limits_upload_mb_per_account: Limit = "limits.upload_mb_per_account", "51200/86400", live,
        "MiB that one account uploads before 429: by default 50 GiB at once, and as much again in the course of each day. Bytes count as they come in, also those of uploads over several requests. Every server counts by itself";
    limits_registering_per_address: Limit = "limits.registering_per_address", "2000/10", live,
        "attempts to register from one address before 429; those that succeed count in `register.limit` too";
    limits_logging_in_per_address: Limit = "limits.logging_in_per_address", "2000/10", live,
        "attempts to sign in from one address before 429; those that fail count in `login.misses` too";
    time_zone: TimeZone = "time_zone", "Asia/Shanghai", live,
        "the time zone of a comment's `create_date`";
    language: Language = "language", "en", live,
        "the language of failures where a request asks for none that there is";
    upload_resumable_hours: Number<1, 8_760> = "upload.resumable_hours", "24", live,
        "so many hours after its last bytes came in an upload over several requests (`/douyin/upload/`) is removed if nobody has published it; those that have begun keep to what was set then";
    upload_resumable_per_account: Number<1, 10_000> = "upload.resumable_per_account", "8", live,
        "uploads over several requests of one account that are unfinished at the same time; the next is answered 429";
    upload_resumable_per_address: Option<Number<1, 100_000>> = "upload.resumable_per_address", "", live,
        "of these, those that one address (one /64 of IPv6) has begun, but for a proxy that is trusted; the next is answered as below. Unset makes it a quarter of them all";
    upload_resumable: Number<1, 100_000> = "upload.resumable_in_all", "1000", live,
        "uploads over several requests that are unfinished at the same time on this server. The next takes the place of the one that nothing came in of for longest, for an hour at least, or five minutes where nothing ever did; where there is none, it is answered 503";
    upload_quota_mb_per_account: Option<Number<1, 1_073_741_824>> = "upload.quota_mb_per_account", "", live,
        "MiB that the videos of one account may have together, as they were uploaded; unset is any number. Publishing decides. An upload over several requests is refused at its begin already where it, all others of the account that this server keeps, and its videos would have more; deleted videos do not count, nor what is prepared of videos, covers and pictures";
    media_max_seconds: Number<1, 86_400> = "media.max_seconds", "21600",
        "how long a video may play; longer ones are refused";
    media_max_pixels: Number<1, 1_073_741_824> = "media.max_pixels", "35651584",
        "the most pixels of a video's frame, width times height; larger ones are refused";
    media_accept: Accept = "media.accept", "any",
        "which videos are taken: `any` that can be played, or only `mp4` that every client plays as it is (H.264 and AAC)";
    ffmpeg: Ffmpeg = "media.ffmpeg", "auto",
        "the program that makes covers, and MP4s of what not every client plays: found on the PATH, at a path, or off: then covers of H.264 are made without it, and others are generated pictures";
    delivery: DeliveryKind = "media.delivery", "proxy", live,
        "how clients get videos and covers: through this process, by a redirect to a signed URL of the bucket, or directly from `media.public_url`; default pictures always come from this process";
    signed_seconds: Number<60, 604_800> = "media.signed_seconds", "3600", live,
        "so long a signed URL is valid; a redirect to it may be kept for half of that";
    media_public_url: Option<PublicUrl> = "media.public_url", "", live,
        "what `play_url` and `cover_url` of stored media begin with where `media.delivery` is `public`: a CDN, or a bucket with its prefix that everybody may read";
    s3_endpoint: Option<PublicUrl> = "media.s3_endpoint", "",
        "URL of the S3-compatible service, without a bucket; unset is AWS in the region. What is sent to `http://` is not encrypted";
    s3_region: Option<String> = "media.s3_region", "",
        "region of the bucket; unset takes `AWS_REGION`, or `us-east-1`";
    s3_access_key: Option<String> = "media.s3_access_key", "",
        "who asks the bucket; unset takes who the environment (`AWS_ACCESS_KEY_ID`, …), the container or the machine says";
    s3_secret_key: Option<Password> = "media.s3_secret_key", "",
        "what proves it";
    s3_path_style: Option<bool> = "media.s3_path_style", "",
        "whether the bucket is the first part of the path, or else of the host; unset is true where `media.s3_endpoint` is set";
    s3_connect_milliseconds: Number<1, 60_000> = "media.s3_connect_milliseconds", "2000",
        "so long connecting to the bucket's service may take";
    s3_stall_seconds: Number<1, 3_600> = "media.s3_stall_seconds", "15",
        "so long a connection to the bucket's service may make no progress";
    keep_hours: Number<0, 8_760> = "media.keep_hours", "24",
        "so long the files of a deleted video, and files that others took the place of, are kept for players that still have them open";
    jobs_enabled: bool = "jobs.enabled", "true",
        "whether this server does work that outlives requests: preparing videos, and removing files; where it does not, others on the same database have to";
    jobs_at_once: Number<1, 256> = "jobs.at_once", "1",
        "videos that this server prepares at the same time; transcoding one takes the processors of the machine";
    jobs_lease_seconds: Number<1, 3_600> = "jobs.lease_seconds", "60",
        "so long a job stays with a server that is gone before another one takes it over";
    jobs_attempts: Number<1, 1_000> = "jobs.attempts", "8",
        "how often a video's preparation is tried, within some three hours by default, before it is left as failed; `douyin-http jobs` shows and retries it. What removes files is tried until it succeeds";
    database_readers: Option<Number<1, 1024>> = "database.readers", "",
        "connections to the database that read, beside one that writes and one that audits; unset makes it 4 on SQLite and 16 on a server";
    database_read_queue: Number<0, 1_000_000> = "database.read_queue", "4096",
        "reads that wait for a connection; the next is answered 503";
    database_write_queue: Number<1, 1_000_000> = "database.write_queue", "4096",
        "writes that wait for the next transaction; the next waits for `database.lock_seconds` and is answered 503";
    database_write_batch: Number<1, 16_384> = "database.write_batch", "1024",
        "the most writes that share a transaction";
    database_connect_seconds: Number<1, 300> = "database.connect_seconds", "3",
        "so long connecting to a database server may take";
    database_lock_seconds: Number<1, 3_600> = "database.lock_seconds", "5",
        "so long an operation waits for a lock of another process, or for a free connection";
    database_statement_seconds: Number<1, 3_600> = "database.statement_seconds", "10",
        "so long a database server may take for a statement that reads or a transaction that writes; a second later it is taken for gone";
    database_idle_seconds: Number<1, 86_400> = "database.idle_seconds", "60",
        "so long a connection to a database server may be idle and still be used; firewalls and load balancers forget silent ones after a few minutes";
    cache_enabled: bool = "cache.enabled", "true",
        "whether the newest pages, profiles and viewers' marks are remembered for moments, in this process; nobody ever misses what they wrote themselves";
    cache_alone: CacheAlone = "cache.alone", "auto",
        "whether nobody else writes to the database: then what is remembered is exact, and lives for `cache.seconds`. `auto` says so of SQLite without a `redis_url`, and of `memory:`; say `false` where two servers use one SQLite file, and `true` of a database server that this server alone uses. Where others write and there is no Redis, nothing is remembered";
    cache_seconds: Number<1, 3_600> = "cache.seconds", "10", live,
        "so long something is remembered where nobody else writes";
    cache_shared_milliseconds: Number<1, 10_000> = "cache.shared_milliseconds", "250",
        "so long something is remembered where others write, and so late at most they see what somebody else wrote; the same on all nodes";
    cache_entries: Number<100, 10_000_000> = "cache.entries", "20000", live,
        "the most of each kind that is remembered: videos of the feed, comments, profiles, videos alone, viewers' marks; 20000 of each take some 50 MB";
    max_connections: Number<1, 1_000_000> = "server.max_connections", "10000", live,
        "connections open at once; more are answered 503";
    max_connections_per_address: Option<Number<1, 1_000_000>> = "server.max_connections_per_address", "", live,
        "connections of one address (one /64 of IPv6) open at once, but for a proxy that is trusted; unset makes it half of them all";
    max_reads: Option<Number<1, 1_000_000>> = "server.max_reads", "", live,
        "requests that read at once; more wait for a moment and are answered 503. Unset makes it 16 a core, and at least 32";
    max_writes: Number<1, 1_000_000> = "server.max_writes", "1024", live,
        "requests that write at once, and as many that sign in, and as many that begin to fetch media; more wait for a moment and are answered 503";
    request_seconds: Number<1, 3_600> = "server.request_seconds", "30", live,
        "so long a request may be worked on, but for uploads, before it is given up and answered 503";
    max_uploads: Number<1, 100_000> = "server.max_uploads", "256", live,
        "uploads at the same time, from the first byte of their file on. Where all are taken, an address that has many makes room for one that has few; otherwise the next is told to try again, 503. Strangers, whose token comes behind the file, have at most half of them";
    max_uploads_per_address: Option<Number<1, 100_000>> = "server.max_uploads_per_address", "", live,
        "uploads at the same time from one address (one /64 of IPv6), but for a proxy that is trusted; the next is answered 429. Unset makes it a quarter of them all. Strangers have at most a quarter of that";
    max_uploads_per_account: Number<1, 100_000> = "server.max_uploads_per_account", "16", live,
        "uploads at the same time by one account; the next is answered 429";
    max_body_kb: Number<1, 1_048_576> = "server.max_body_kb", "1024", live,
        "the largest body of a request that is no upload, in KiB";
    cors_origins: Origins = "server.cors_origins", "*", live,
        "web pages of which origins may call the API and play media";
    trusted_proxies: TrustedProxies = "server.trusted_proxies", "", live,
        "proxies in front of the server: `X-Forwarded-For`, `-Host` and `-Proto` are believed where one of these is connected, and nowhere else";
    header_seconds: Number<1, 3_600> = "server.header_seconds", "10", live,
        "so long a request's head may take from its first byte";
    body_idle_seconds: Number<1, 3_600> = "server.body_idle_seconds", "15", live,
        "within so long a request's body makes progress (1 KiB), or is answered 408";
    body_seconds: Number<1, 86_400> = "server.body_seconds", "3600", live,
        "so long a request's body may take altogether; strangers' uploads, and pictures, besides have to come at 32 KiB/s on average after ten seconds, or are answered 408";
    idle_seconds: Number<1, 3_600> = "server.idle_seconds", "60", live,
        "so long a connection may be silent between requests, or an answer be left unread";
    drain_seconds: Number<0, 3_600> = "server.drain_seconds", "30",
        "so long running requests may take to finish after SIGTERM";
    shutdown_delay_seconds: Number<0, 3_600> = "server.shutdown_delay_seconds", "0",
        "so long after SIGTERM the server goes on as before, but for `/readyz`, which says 503: as long as a load balancer takes to notice";
}
