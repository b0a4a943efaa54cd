use std::convert::Infallible;
use std::num::NonZero;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn_with_state;
use douyin_cache::CachedStore;
use douyin_cache::redis::Redis;
use douyin_core::{
    BcryptHasher, Douyin, DouyinBuilder, JobLimits, LeasedIds, Limits, Store, SystemClock,
};
use douyin_media::MediaStorage;
use tokio::time::timeout;

use super::cache::{cache_options, open_cache, others_can_write};
use super::limits::{self, rate_limits};
use super::media;
use super::redis::relay_revocations;
use super::traced_hasher::TracedHasher;
use super::{
    Database, Node, OpenError, OpenedStore, SessionKeeper, Wanted, make_data_dir, open_redis,
    open_store,
};
use crate::api::{self, Allowance, Api, Gates, Revocations, TokenKeys, Tokens};
use crate::config::{Config, Number, Secret};
use crate::health::Health;
use crate::media_files::{self, Delivery};
use crate::metrics::Metrics;
use crate::metrics::source::{Current, Process, Runtime};
use crate::secret;
use crate::web::{self, MediaSources};
use crate::words::WordsFile;
use crate::work::{Bell, Work};

/// What a service works with for as long as it runs: what a configuration names is opened once.
pub struct Service {
    store: OpenedStore,
    /// What remembers what the store answers. Whoever is to hear from the store itself asks that.
    cache: Option<CachedStore>,
    redis: Option<Redis>,
    media: MediaStorage,
    node: Node,
    sessions: Arc<SessionKeeper>,
    hasher: Arc<BcryptHasher>,
    gates: Arc<Gates>,
    host: String,
    current: Arc<Current>,
    bell: Arc<Bell>,
}

/// A service as a configuration has it.
pub struct Configured {
    api: Arc<Api>,
    media: MediaStorage,
    gates: Arc<Gates>,
    delivery: Delivery,
    media_sources: MediaSources,
    words: Option<Arc<WordsFile>>,
}

impl Service {
    /// Opens everything that a configuration names, and removes what unfinished uploads of an earlier run left behind.
    /// `host` is the authority of absolute URLs where neither the configuration nor a request says which.
    ///
    /// # Errors
    /// [`OpenError`].
    pub async fn open(config: &Config, host: &str) -> Result<Self, OpenError> {
        make_data_dir(config)?;
        // What is wrong with these is told before anything is touched.
        let _ = (tokens(config)?, words(config, None)?);
        let redis = open_redis(config)?;
        let media = media::open_media(config).await?;
        let store = open_store(config).await?;
        // A database server may still be committing what a server was killed over.
        store.settle().await.map_err(OpenError::Settle)?;
        let neighbours = media::sweep(&media, &**store.store()).await?;
        let clock = Arc::new(SystemClock);
        let ended = Arc::<dyn Store>::clone(store.store());
        let sessions = SessionKeeper::start(ended, clock, Arc::default());
        let sessions = sessions.await.map_err(OpenError::Revocations)?;
        // Last, so that nothing slow comes before it is kept.
        let node = lease_node(config, &store).await?;
        let cache = open_cache(config, &store, redis.as_ref())?;
        let remembers_as_if_alone = cache.as_ref().is_some_and(CachedStore::is_alone);
        if neighbours > 0 && remembers_as_if_alone && store.sql().is_some() {
            tracing::warn!(
                "another process uses the same data folder: if it goes on, set cache.alone to false on both, or each shows for a while what the other one has changed since"
            );
        }
        // Of a server that starts: what keeps one from starting is told alone.
        if config.jwt_secret.is_none() && others_can_write(config)? {
            tracing::warn!(
                "jwt_secret is not set: this server signs with a key of its own in its data folder, and others on the same database refuse its tokens; set the same one on all, unless this is the only server"
            );
        }
        Ok(Self {
            store,
            cache,
            redis,
            media,
            node,
            sessions: Arc::new(sessions),
            hasher: Arc::new(BcryptHasher::new(config.bcrypt_cost.get())?),
            gates: Arc::new(Gates::new(max_reads(config), config.max_writes.size())),
            host: host.to_owned(),
            current: Arc::default(),
            bell: Arc::default(),
        })
    }

    /// Itself as a configuration has it, which may be another one than it was opened with. `before` is the one in whose place it
    /// comes: what was counted there goes on.
    ///
    /// # Errors
    /// [`OpenError`]: the secret is of no use, or the sensitive words cannot be read.
    pub fn configure(
        &self,
        config: &Config,
        before: Option<&Configured>,
    ) -> Result<Configured, OpenError> {
        let words = words(config, before)?;
        let tokens = tokens(config)?;
        // Nothing can go wrong from here.
        self.gates
            .resize(max_reads(config), config.max_writes.size());
        if let Some(cache) = &self.cache {
            cache.reconfigure(cache_options(config, cache.is_alone()));
        }
        let mut douyin = self.douyin(config);
        if let Some(words) = &words {
            douyin = douyin.filter(Arc::<WordsFile>::clone(words));
        }
        let mut api = Api::builder(douyin.build(), self.media.clone(), tokens)
            .revocations(Arc::clone(self.sessions.known()))
            .time_zone(config.time_zone.clone())
            .fallback_host(&self.host)
            .trusted_proxies(config.trusted_proxies.clone())
            .chat_incremental(config.chat_incremental)
            .language(config.language)
            .login_misses(Allowance {
                times: config.login_misses.get(),
                window: config.login_seconds.seconds(),
            })
            .registrations(Allowance {
                times: config.register_limit.get(),
                window: config.register_seconds.seconds(),
            })
            .gates(Arc::clone(&self.gates))
            .request_time(config.request_seconds.seconds())
            .upload_slots(limits::upload_slots(config))
            .resumable_uploads(limits::resumable_uploads(config))
            .max_body_bytes(config.max_body_kb.size() << 10);
        api = api.uploaded_megabytes(limits::uploaded_megabytes(config));
        for (action, limit) in rate_limits(config) {
            api = api.rate_limit(action, limit);
        }
        if let Some(redis) = &self.redis {
            api = api.shared_through(redis.clone());
        }
        if let Some(url) = &config.public_url {
            api = api.public_url(url.as_str());
        }
        let delivery = media::delivery(config);
        if let Delivery::Public { url } = &delivery {
            api = api.stored_media_url(url);
        }
        if let Some(before) = before {
            api = api.continuing(&before.api);
        }
        Ok(Configured {
            api: Arc::new(api.build()),
            media: self.media.clone(),
            gates: Arc::clone(&self.gates),
            media_sources: media::sources(config, &delivery, &self.media),
            delivery,
            words,
        })
    }

    fn douyin(&self, config: &Config) -> DouyinBuilder {
        let mut limits = Limits::default();
        limits.feed_page = config.feed_limit.get();
        limits.list = config.list_limit.get();
        limits.chat = config.chat_limit.get();
        limits.stored_bytes = config
            .upload_quota_mb_per_account
            .map(|megabytes| u64::from(megabytes.get()) << 20);
        limits.password = config.password_min_length.size()..=config.password_max_length.size();
        limits.jobs = job_limits(config);
        let hasher = TracedHasher(Arc::clone(&self.hasher));
        let store: Arc<dyn Store> = match &self.cache {
            Some(cache) => Arc::new(cache.clone()),
            None => Arc::clone(self.store.store()),
        };
        Douyin::builder_with_hasher(store, Arc::new(hasher))
            .ids(Arc::<LeasedIds>::clone(self.node.ids()))
            .limits(limits)
            .events(Arc::<Bell>::clone(&self.bell))
            .message_policy(config.message_policy)
    }

    /// What does the work that outlives requests, as this configuration has it.
    #[must_use]
    pub fn work(&self, config: &Config) -> Work {
        let core = self.douyin(config).build();
        let store = Arc::clone(self.store.store());
        let bell = Arc::clone(&self.bell);
        Work::new(core, store, self.media.clone(), bell, config)
    }

    /// From now on it is served as this has it: what is counted there is what the metrics tell.
    pub(crate) fn is_now(&self, configured: &Configured) {
        self.current.replace(&configured.api);
    }

    /// What tells whether it can do its work.
    #[must_use]
    pub fn health(&self) -> Health {
        let ids = Arc::clone(self.node.ids());
        Health::new(Arc::clone(self.store.store()), self.media.clone(), ids)
            .following(Arc::clone(&self.sessions))
    }

    /// What it tells other nodes through, if anything.
    #[must_use]
    pub fn redis(&self) -> Option<&Redis> {
        self.redis.as_ref()
    }

    /// The places for requests.
    #[must_use]
    pub fn gates(&self) -> &Arc<Gates> {
        &self.gates
    }

    /// Counts what it does. To be called on the runtime that it runs on.
    #[must_use]
    pub fn metrics(&self) -> Metrics {
        let metrics = Metrics::new();
        metrics.add(Runtime::current());
        metrics.add(Process);
        metrics.add(Arc::clone(self.node.ids()));
        metrics.add(Arc::clone(&self.hasher));
        metrics.add(Arc::clone(&self.current));
        metrics.add(self.media.clone());
        metrics.add(Arc::clone(&self.gates));
        metrics.add(Arc::clone(&self.sessions));
        if let Some(cache) = &self.cache {
            metrics.add(cache.clone());
        }
        if let Some(redis) = &self.redis {
            metrics.add(redis.clone());
        }
        if let Some(sql) = self.store.sql() {
            metrics.add(Arc::clone(sql));
        }
        metrics
    }

    /// Which sessions have ended, as far as it has heard.
    #[must_use]
    pub fn revocations(&self) -> &Arc<Revocations> {
        self.sessions.known()
    }

    /// Keeps its node number, up with which sessions have ended elsewhere, and its media tidy, for ever.
    pub async fn keep(&self) -> Infallible {
        let relaying = async {
            match &self.redis {
                Some(redis) => relay_revocations(redis, self.revocations()).await,
                None => std::future::pending().await,
            }
        };
        let store = &**self.store.store();
        let tend = self
            .media
            .tend(async |claimed| media::is_named(store, claimed).await);
        let expire = media::expire(&self.media);
        tokio::join!(
            self.node.keep(),
            self.sessions.keep(),
            relaying,
            tend,
            expire
        )
        .0
    }

    /// Gives its node number back and ends the use of its database in good order, or gives up after `patience`. Without it nothing
    /// that was acknowledged is lost.
    pub async fn close(&self, patience: Duration) {
        let closing = async {
            if let Err(error) = self.node.release().await {
                tracing::warn!(%error, "the node number is free only when its lease ends");
            }
            self.store.close().await
        };
        match timeout(patience, closing).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::warn!(%error, "the database could not be closed in good order");
            }
            Err(_elapsed) => {
                tracing::warn!("closing the database took too long and is left to the next start");
            }
        }
    }
}

impl Configured {
    /// The API, the media, the documentation and the web client.
    pub fn routes(&self) -> Router {
        api::router(Arc::clone(&self.api))
            .merge(
                media_files::router(self.media.clone(), self.delivery.clone()).layer(
                    from_fn_with_state(Arc::clone(&self.gates), api::admit_media),
                ),
            )
            .merge(web::router(&self.media_sources))
    }

    /// What the endpoints work with.
    #[must_use]
    pub fn api(&self) -> &Arc<Api> {
        &self.api
    }

    /// The sensitive words.
    #[must_use]
    pub fn words(&self) -> Option<&Arc<WordsFile>> {
        self.words.as_ref()
    }
}

fn tokens(config: &Config) -> Result<Tokens, OpenError> {
    let (secret, former) = if let Some(secret) = &config.jwt_secret {
        (secret.reveal().to_owned(), Vec::new())
    } else {
        let path = config.data_dir.join("jwt.secret");
        (secret::load_or_create(&path)?, secret::load_former(&path)?)
    };
    let mut keys = TokenKeys::new(&secret)?;
    let configured = config.jwt_also_accepted.iter().map(Secret::reveal);
    for accepted in configured.chain(former.iter().map(Vec::as_slice)) {
        keys = keys.accepting(accepted)?;
    }
    Ok(Tokens::with_keys(keys, config.token_days.days()))
}

async fn lease_node(config: &Config, store: &OpenedStore) -> Result<Node, OpenError> {
    let wanted = match (config.node_id, Database::of(config)?) {
        (Some(number), _) => Wanted::This(number),
        (None, Database::Memory) => Wanted::OfTheSlot,
        (None, Database::Sql(_)) => Wanted::Any,
    };
    let nodes = Arc::clone(store.nodes());
    Node::lease(nodes, Arc::new(SystemClock), &config.data_dir, wanted, 0).await
}

/// What a core and its share of the connections to the database can work at without making each other late.
fn max_reads(config: &Config) -> usize {
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    let readers = config.database_readers.map_or(0, Number::size);
    let by_itself = (16 * cores).max(32).max(2 * readers);
    config.max_reads.map_or(by_itself, Number::size)
}

fn job_limits(config: &Config) -> JobLimits {
    let mut limits = JobLimits::default();
    // Where this server does no work, another one does.
    limits.prepare = true;
    limits.lease_millis = i64::from(config.jobs_lease_seconds.get()) * 1_000;
    limits.attempts = config.jobs_attempts.get();
    limits.keep_files_millis = i64::from(config.keep_hours.get()) * 3_600_000;
    limits
}

/// The sensitive words; those that are in use where the file is the same one.
fn words(
    config: &Config,
    before: Option<&Configured>,
) -> Result<Option<Arc<WordsFile>>, OpenError> {
    let Some(path) = &config.words_file else {
        return Ok(None);
    };
    let used = before.and_then(Configured::words);
    Ok(Some(match used.filter(|words| words.path() == path) {
        Some(words) => Arc::clone(words),
        None => Arc::new(WordsFile::open(path)?),
    }))
}
