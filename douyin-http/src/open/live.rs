//! A service that follows its configuration while it runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use douyin_core::{Clock as _, SystemClock, Timestamp};

use super::{Configured, OpenError, Service};
use crate::config::{Changes, Config, ConfigError, Sources};
use crate::error_chain::chain;
use crate::file_watch::FileWatch;

/// How often the configuration was read again while the process ran. Clones are the same counters.
#[derive(Debug, Clone, Default)]
pub struct Reloads(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    applied: AtomicU64,
    refused: AtomicU64,
    last_applied: AtomicI64,
}

impl Reloads {
    /// How often a configuration was applied.
    #[must_use]
    pub fn applied(&self) -> u64 {
        self.0.applied.load(Ordering::Relaxed)
    }

    /// How often one was refused, so that the old one stayed.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.0.refused.load(Ordering::Relaxed)
    }

    /// When one was last applied; `None` where the one of the start is in use.
    #[must_use]
    pub fn last_applied(&self) -> Option<Timestamp> {
        let at = self.0.last_applied.load(Ordering::Relaxed);
        (at != 0).then(|| Timestamp::from_millis(at))
    }
}

/// Why a configuration is not taken.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Open(#[from] OpenError),
}

/// Brings a new configuration into the place of the old one.
type Apply = Box<dyn FnMut(&Config, &Configured) + Send>;

/// A running service, where its configuration comes from, and how it is at present.
pub struct Live {
    service: Arc<Service>,
    sources: Sources,
    file: Option<FileWatch>,
    config: Config,
    configured: Configured,
    apply: Apply,
    reloads: Reloads,
}

impl Live {
    /// Of a service that has this configuration now. `apply` is given each one that comes in its place, when nothing can go wrong
    /// with it any more.
    pub fn new(
        service: Arc<Service>,
        sources: Sources,
        (config, configured): (Config, Configured),
        apply: impl FnMut(&Config, &Configured) + Send + 'static,
    ) -> Self {
        Self {
            service,
            file: sources.file.as_deref().map(FileWatch::unread),
            sources,
            config,
            configured,
            apply: Box::new(apply),
            reloads: Reloads::default(),
        }
    }

    /// How often it was read again.
    #[must_use]
    pub fn reloads(&self) -> &Reloads {
        &self.reloads
    }

    /// Reads again what has changed: the file of the configuration, and that of the sensitive words. Works with the disk without
    /// yielding.
    pub fn follow(&mut self) {
        if self.file.as_mut().is_some_and(FileWatch::has_changed) {
            self.reload(false);
        }
        let Some(words) = self.configured.words() else {
            return;
        };
        match words.reload_if_changed() {
            Ok(false) => {}
            Ok(true) => {
                tracing::info!(path = %words.path().display(), "read the sensitive words again");
            }
            Err(error) => {
                tracing::error!(cause = chain(&error), "the old sensitive words stay");
            }
        }
    }

    /// Reads everything again, because somebody asked for it, and says what came of it. Works with the disk without yielding.
    pub fn reload_now(&mut self) {
        if let Some(file) = &mut self.file {
            file.is_read();
        }
        self.reload(true);
        if let Some(words) = self.configured.words() {
            match words.reload() {
                Ok(()) => tracing::info!("read the sensitive words again"),
                Err(error) => {
                    tracing::error!(cause = chain(&error), "the old sensitive words stay");
                }
            }
        }
    }

    fn reload(&mut self, asked: bool) {
        match self.take_over() {
            Ok(changes) => {
                if asked || changes != Changes::default() {
                    let Changes { live, at_a_start } = changes;
                    let (live, at_a_start) = (live.join(", "), at_a_start.join(", "));
                    tracing::info!(
                        changed = live,
                        needs_restart = at_a_start,
                        "read the configuration again"
                    );
                    self.reloads.0.applied.fetch_add(1, Ordering::Relaxed);
                    let now = SystemClock.now().as_millis();
                    self.reloads.0.last_applied.store(now, Ordering::Relaxed);
                }
            }
            Err(refusal) => {
                tracing::error!(cause = chain(&refusal), "the old configuration stays");
                self.reloads.0.refused.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// Takes all of what is configured now, or nothing of it.
    fn take_over(&mut self) -> Result<Changes, Refusal> {
        let (config, changes) = Config::load(&self.sources)?.in_place_of(&self.config);
        if !changes.live.is_empty() {
            let configured = self.service.configure(&config, Some(&self.configured))?;
            (self.apply)(&config, &configured);
            (self.config, self.configured) = (config, configured);
        }
        Ok(changes)
    }
}
