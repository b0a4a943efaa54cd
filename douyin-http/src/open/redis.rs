use std::convert::Infallible;

use douyin_cache::redis::{Redis, RedisOptions};

use super::OpenError;
use crate::api::Revocations;
use crate::config::Config;

/// The Redis server of a configuration, if it names one; it is connected to in the background, whether it is there or not.
///
/// # Errors
/// [`OpenError::Redis`].
pub fn open_redis(config: &Config) -> Result<Option<Redis>, OpenError> {
    let Some(url) = &config.redis_url else {
        return Ok(None);
    };
    let mut options = RedisOptions::default();
    config.redis_prefix.as_str().clone_into(&mut options.prefix);
    options.timeout = config.redis_timeout_milliseconds.milliseconds();
    Ok(Some(Redis::open(url.as_str(), &options)?))
}

/// Has the store asked at once when other processes tell of what they have ended, for ever. Where Redis is away nobody is told: whoever
/// keeps up with the store hears of it before long.
pub(super) async fn relay_revocations(redis: &Redis, revocations: &Revocations) -> Infallible {
    loop {
        redis.revoked().await;
        revocations.ask_now();
    }
}
