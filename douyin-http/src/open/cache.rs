use std::sync::Arc;

use douyin_cache::redis::Redis;
use douyin_cache::{CacheOptions, CachedStore};

use super::{Database, OpenError, OpenedStore};
use crate::config::Config;

/// Who else uses the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CacheAlone {
    /// Nobody, unless it is on a server or there is a Redis server through which nodes tell each other what they write.
    Auto,
    /// Nobody, says whoever runs it.
    Yes,
    /// Perhaps somebody.
    No,
}

/// What may be remembered of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sharing {
    Alone,
    /// With nodes that tell each other through Redis.
    Told,
    /// Nothing may: others write, and say nothing.
    Untold,
}

/// Whether other nodes may use the database, as far as a configuration tells.
pub(super) fn others_can_write(config: &Config) -> Result<bool, OpenError> {
    Ok(match Database::of(config)? {
        Database::Memory => false,
        Database::Sql(url) => !url.starts_with("sqlite:") || config.redis_url.is_some(),
    })
}

fn sharing(config: &Config) -> Result<Sharing, OpenError> {
    let others_can = others_can_write(config)?;
    Ok(match config.cache_alone {
        CacheAlone::Yes => Sharing::Alone,
        CacheAlone::Auto if !others_can => Sharing::Alone,
        _ if config.redis_url.is_some() => Sharing::Told,
        _ => Sharing::Untold,
    })
}

/// How much is remembered, and for how long.
pub(super) fn cache_options(config: &Config, alone: bool) -> CacheOptions {
    let mut options = CacheOptions::default();
    options.entries = config.cache_entries.get().into();
    options.max_age = if alone {
        config.cache_seconds.seconds()
    } else {
        config.cache_shared_milliseconds.milliseconds()
    };
    options
}

/// What remembers what a store answers, where that is wanted, and where whoever else writes says so.
///
/// # Errors
/// [`OpenError::Unsupported`]: there is no such database.
pub(super) fn open_cache(
    config: &Config,
    store: &OpenedStore,
    redis: Option<&Redis>,
) -> Result<Option<CachedStore>, OpenError> {
    if !config.cache_enabled {
        return Ok(None);
    }
    let below = Arc::clone(store.store());
    Ok(match (sharing(config)?, redis) {
        (Sharing::Alone, _) => Some(CachedStore::alone(below, cache_options(config, true))),
        (Sharing::Told, Some(redis)) => {
            let options = cache_options(config, false);
            let peers = redis.peers(options.max_age);
            Some(CachedStore::shared(below, Arc::new(peers), options))
        }
        (Sharing::Told | Sharing::Untold, _) => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Sources;

    fn with(values: &[(&str, &str)]) -> Config {
        let environment = values
            .iter()
            .map(|(name, value)| (format!("DOUYIN_{name}").into(), (*value).into()))
            .collect();
        let sources = Sources {
            environment,
            ..Sources::default()
        };
        Config::load(&sources).unwrap()
    }

    #[test]
    fn a_store_is_remembered_where_nobody_else_writes_or_all_who_write_say_so() {
        let [memory, sqlite, server] = ["memory:", "sqlite:a.db", "postgres://a@b/c"];
        let redis = ("REDIS_URL", "redis://127.0.0.1");
        for (database, alone, told, expected) in [
            (memory, "auto", false, Sharing::Alone),
            (memory, "auto", true, Sharing::Alone),
            (sqlite, "auto", false, Sharing::Alone),
            (sqlite, "auto", true, Sharing::Told),
            (sqlite, "false", false, Sharing::Untold),
            (server, "auto", false, Sharing::Untold),
            (server, "auto", true, Sharing::Told),
            (server, "true", false, Sharing::Alone),
            (server, "true", true, Sharing::Alone),
            (server, "false", true, Sharing::Told),
        ] {
            let mut values = vec![("DATABASE_URL", database), ("CACHE_ALONE", alone)];
            values.extend(told.then_some(redis));
            let config = with(&values);
            assert_eq!(sharing(&config).unwrap(), expected, "{values:?}");
        }
    }

    #[test]
    fn what_is_configured_of_it_reaches_it() {
        let config = with(&[
            ("CACHE_SECONDS", "7"),
            ("CACHE_SHARED_MILLISECONDS", "90"),
            ("CACHE_ENTRIES", "5000"),
        ]);
        let [alone, told] = [true, false].map(|alone| cache_options(&config, alone));
        assert_eq!((alone.entries, told.entries), (5000, 5000));
        assert_eq!(alone.max_age.as_secs(), 7);
        assert_eq!(told.max_age.as_millis(), 90);
    }

    #[test]
    fn what_is_not_configured_of_it_is_as_it_has_it() {
        assert_eq!(cache_options(&with(&[]), true), CacheOptions::default());
    }
}
