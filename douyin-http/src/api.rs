//! The `/douyin` REST API, over a [`Douyin`] and a [`MediaStorage`].
//!
//! [`router`] lists its endpoints. A handler is a few lines: the layer around it has read the parameters, its
//! extractors say who calls and where media is, the use case decides, and what went wrong becomes an answer in `error`.
//!
//! ```text
//! let api = Api::builder(douyin, media, Tokens::new(secret, lifetime)?).build();
//! let app = axum::Router::new().nest("/video", api::router(Arc::new(api)));
//! ```

mod builder;
mod docs;
mod endpoint;
mod error;
mod forwarded;
mod gate;
mod gates;
mod language;
mod layer;
mod limits;
mod number;
mod params;
mod reply;
mod revocations;
mod routes;
mod slots;
mod status;
mod throttle;
mod token;
mod urls;
mod view;
mod viewer;

use std::sync::Arc;
use std::time::Duration;

use douyin_cache::redis::Redis;
use douyin_core::Douyin;
use douyin_media::MediaStorage;
use jiff::tz::TimeZone;

pub use self::builder::{ApiBuilder, ChatIncremental, ResumableLimits};
pub use self::error::{BodyTooSlow, Failure};
pub use self::forwarded::{NotANetwork, TrustedProxies};
pub use self::gate::GateStats;
pub use self::gates::Gates;
pub(crate) use self::gates::admit_media;
pub use self::language::{FallbackLanguage, Language};
use self::limits::Limits;
pub use self::limits::{Action, RateLimit};
pub use self::revocations::Revocations;
pub(crate) use self::routes::method_not_allowed;
pub use self::routes::{document, router, with_fallbacks};
use self::slots::Slots;
pub use self::slots::UploadSlots;
pub use self::status::{Kind, Status};
pub use self::throttle::Allowance;
use self::throttle::{KnownNetworks, Throttle};
pub use self::token::{
    InvalidToken, MOST_TOKEN_DAYS, NotIssued, SECRET_BYTES, Session, TokenKeys, Tokens, WeakSecret,
};
pub use self::urls::MEDIA_PATH;
pub(crate) use self::urls::mount_in_page;
pub(crate) use self::viewer::network_of;

/// What the endpoints work with. Built by [`Api::builder`].
pub struct Api {
    douyin: Douyin,
    media: MediaStorage,
    tokens: Tokens,
    revocations: Arc<Revocations>,
    /// Through which others are told at once what has ended.
    redis: Option<Redis>,
    login_misses: Arc<Throttle>,
    login_misses_at_large: Arc<Throttle>,
    known_networks: Arc<KnownNetworks>,
    registrations: Arc<Throttle>,
    limits: Limits,
    slots: Slots,
    picture_slots: Slots,
    resumable: ResumableLimits,
    gates: Arc<Gates>,
    request_time: Duration,
    time_zone: TimeZone,
    public_url: Option<String>,
    stored_media_url: Option<String>,
    fallback_host: String,
    trusted_proxies: TrustedProxies,
    chat_incremental: ChatIncremental,
    language: Language,
    max_body_bytes: usize,
}

impl Api {
    /// What makes and checks its tokens.
    #[must_use]
    pub const fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    /// Which sessions it knows to have ended.
    #[must_use]
    pub const fn revocations(&self) -> &Arc<Revocations> {
        &self.revocations
    }

    /// How many uploads are running, and how many may.
    pub(crate) fn uploads(&self) -> (usize, usize) {
        (self.slots.taken(), self.slots.most.in_all)
    }

    /// How many requests were refused because there were too many, of each action. What went on from another one is in it.
    #[must_use]
    pub fn refused(&self) -> [(Action, u64); Action::ALL.len()] {
        self.limits.refused()
    }
}
