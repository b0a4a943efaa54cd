use redis::RedisError;

/// A URL that is none of a Redis server. It is not quoted: it may have a password in it.
#[derive(Debug, thiserror::Error)]
#[error(
    "not the URL of a Redis server, such as redis://:PASSWORD@HOST:6379/0: {}",
    reason(.0)
)]
pub struct InvalidRedisUrl(#[from] RedisError);

fn reason(error: &RedisError) -> String {
    // What the library has to say beyond this may quote the URL.
    error.category().to_owned()
}

/// Redis is away, did not answer in time, or refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Redis is not available")]
pub struct Unavailable;
