//! How an [`Api`] is put together.

use std::sync::Arc;
use std::time::Duration;

use douyin_cache::redis::Redis;
use douyin_core::Douyin;
use douyin_media::MediaStorage;
use jiff::tz::TimeZone;

use super::Api;
use super::forwarded::TrustedProxies;
use super::gates::Gates;
use super::language::Language;
use super::limits::{Action, Limits, RateLimit};
use super::revocations::Revocations;
use super::slots::{Slots, UploadSlots};
use super::throttle::{Allowance, Throttle};
use super::token::Tokens;

/// Which messages a chat answers when it is asked for those after an instant (`pre_msg_time`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ChatIncremental {
    /// Both directions for browsers and where the request has `include_self=1`, incoming ones otherwise: the Android app
    /// draws its own messages itself and would show them twice.
    #[default]
    Auto,
    /// Only those that the caller received.
    Incoming,
    /// Both directions.
    Both,
}

/// How many uploads that come in over several requests may be unfinished, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResumableLimits {
    /// Of one account; 8 by default.
    pub of_account: usize,
    /// From one IPv4 address, or from the /64 of an IPv6 one; 250 by default.
    pub of_address: usize,
    /// Of all accounts; 1000 by default.
    pub in_all: usize,
    /// So long each is kept after the last bytes came in; 24 hours by default.
    pub kept: Duration,
}

impl Default for ResumableLimits {
    fn default() -> Self {
        Self {
            of_account: 8,
            of_address: 250,
            in_all: 1000,
            kept: Duration::from_hours(24),
        }
    }
}

impl ResumableLimits {
    pub(super) fn kept_millis(self) -> i64 {
        i64::try_from(self.kept.as_millis()).unwrap_or(i64::MAX)
    }
}

/// So many times as many misses are allowed to a network over all accounts, and of an account over all networks.
const AT_LARGE: u32 = 10;

/// Builds an [`Api`]; every setting has a default.
#[must_use]
pub struct ApiBuilder(Api);

impl Api {
    /// Starts building, with the contract's defaults.
    pub fn builder(douyin: Douyin, media: MediaStorage, tokens: Tokens) -> ApiBuilder {
        let login_misses = Allowance {
            times: 30,
            window: Duration::from_mins(5),
        };
        ApiBuilder(Self {
            douyin,
            media,
            tokens,
            revocations: Arc::default(),
            redis: None,
            login_misses: Arc::new(Throttle::new(login_misses)),
            login_misses_at_large: Arc::new(Throttle::new(login_misses.times(AT_LARGE))),
            known_networks: Arc::default(),
            registrations: Arc::new(Throttle::new(Allowance {
                times: 120,
                window: Duration::from_secs(10),
            })),
            limits: Limits::default(),
            slots: Slots::new(UploadSlots::new(256)),
            picture_slots: Slots::of_pictures(),
            resumable: ResumableLimits::default(),
            gates: Arc::new(Gates::new(64, 1024)),
            request_time: Duration::from_secs(30),
            time_zone: TimeZone::get("Asia/Shanghai").unwrap_or(TimeZone::UTC),
            public_url: None,
            stored_media_url: None,
            fallback_host: "localhost".to_owned(),
            trusted_proxies: TrustedProxies::default(),
            chat_incremental: ChatIncremental::default(),
            language: Language::default(),
            max_body_bytes: 1 << 20,
        })
    }
}

impl ApiBuilder {
    /// Which sessions have ended. By default those that this process ends itself, until it ends; where there are others, or it is to
    /// remember, what a [`SessionKeeper`](crate::open::SessionKeeper) keeps up to date.
    pub fn revocations(mut self, revocations: Arc<Revocations>) -> Self {
        self.0.revocations = revocations;
        self
    }

    /// The time zone of a comment's `create_date`; Asia/Shanghai by default.
    pub fn time_zone(mut self, zone: TimeZone) -> Self {
        self.0.time_zone = zone;
        self
    }

    /// What absolute URLs begin with, such as `https://video.example.com`; by default they begin with what the request's
    /// `Host` says. The prefix that the router is nested under comes after it.
    pub fn public_url(mut self, url: &str) -> Self {
        self.0.public_url = Some(url.trim_end_matches('/').to_owned());
        self
    }

    /// What the URLs of stored videos and covers begin with, such as that of a CDN; by default as those of everything else, which
    /// leads to this service.
    pub fn stored_media_url(mut self, url: &str) -> Self {
        self.0.stored_media_url = Some(format!("{}/", url.trim_end_matches('/')));
        self
    }

    /// The host, and port, of absolute URLs where a request has no usable `Host`; `localhost` by default.
    pub fn fallback_host(mut self, host: impl Into<String>) -> Self {
        self.0.fallback_host = host.into();
        self
    }

    /// Believes `X-Forwarded-Host`, `-Proto` and `-For` where one of these proxies is connected, which the server has to tell
    /// (`ConnectInfo<SocketAddr>`); nobody by default.
    pub fn trusted_proxies(mut self, proxies: TrustedProxies) -> Self {
        self.0.trusted_proxies = proxies;
        self
    }

    /// How often an address and an account may do something; without limits by default.
    pub fn rate_limit(mut self, action: Action, limit: RateLimit) -> Self {
        self.0.limits.set(action, limit);
        self
    }

    /// How many MiB an account may upload; any number by default.
    pub fn uploaded_megabytes(mut self, limit: Option<Allowance>) -> Self {
        self.0.limits.set_uploaded(limit);
        self
    }

    /// Counts together with the other nodes what is limited, but for reading. Each counts by itself as well, and alone where
    /// Redis is away. Whoever ends sessions is answered once the others have been told, or cannot be in time.
    pub fn shared_through(mut self, redis: Redis) -> Self {
        self.0.limits.share(redis.clone());
        self.0.redis = Some(redis);
        self
    }

    /// Which messages a chat answers after `pre_msg_time`.
    pub fn chat_incremental(mut self, incremental: ChatIncremental) -> Self {
        self.0.chat_incremental = incremental;
        self
    }

    /// The language of failures where a request's `Accept-Language` prefers neither language; English by default.
    pub fn language(mut self, language: Language) -> Self {
        self.0.language = language;
        self
    }

    /// How often one network may miss one account before its logins there are refused; 30 times in five minutes by default.
    ///
    /// Ten times as many are allowed to a network over all accounts, and of an account over all networks but those where it
    /// was signed in before: whoever guesses does not lock its owner out there.
    pub fn login_misses(mut self, misses: Allowance) -> Self {
        self.0.login_misses = Arc::new(Throttle::new(misses));
        self.0.login_misses_at_large = Arc::new(Throttle::new(misses.times(AT_LARGE)));
        self
    }

    /// How many users one network may register; 120 in ten seconds by default. It takes effect where the server tells
    /// addresses: as `ConnectInfo<SocketAddr>`, or by trusted headers.
    pub fn registrations(mut self, registrations: Allowance) -> Self {
        self.0.registrations = Arc::new(Throttle::new(registrations));
        self
    }

    /// Uploads at the same time; by default 256, of which an address has 64 and an account 16. The next is told to try again.
    pub fn upload_slots(mut self, slots: UploadSlots) -> Self {
        self.0.slots = Slots::new(slots);
        self
    }

    /// Uploads over several requests that are unfinished at the same time.
    pub fn resumable_uploads(mut self, limits: ResumableLimits) -> Self {
        self.0.resumable = limits;
        self
    }

    /// Places for requests; 64 that read and 1024 that write by default. Further ones wait for a moment, or are told to try again.
    pub fn gates(mut self, gates: Arc<Gates>) -> Self {
        self.0.gates = gates;
        self
    }

    /// How long a request may be worked on, but for uploads; 30 s by default. Then it is given up and answered 503; what it wrote is
    /// written whole or not at all.
    pub fn request_time(mut self, time: Duration) -> Self {
        self.0.request_time = time;
        self
    }

    /// The most bytes of a request's body, but for uploads; 1 MiB by default.
    pub fn max_body_bytes(mut self, bytes: usize) -> Self {
        self.0.max_body_bytes = bytes;
        self
    }

    /// Goes on with what another one has counted, where both allow the same: who missed, who registered, which uploads run. Where
    /// they do not, counting begins anew. To be called after everything else.
    pub fn continuing(mut self, before: &Api) -> Self {
        let api = &mut self.0;
        api.known_networks = Arc::clone(&before.known_networks);
        for (own, before) in [
            (&mut api.login_misses, &before.login_misses),
            (
                &mut api.login_misses_at_large,
                &before.login_misses_at_large,
            ),
            (&mut api.registrations, &before.registrations),
        ] {
            if own.allowance() == before.allowance() {
                *own = Arc::clone(before);
            }
        }
        api.limits.continue_with(&before.limits);
        api.slots.continue_with(&before.slots);
        api.picture_slots.continue_with(&before.picture_slots);
        self
    }

    /// The finished value.
    #[must_use]
    pub fn build(self) -> Api {
        self.0
    }
}
