//! The media storage that a configuration names.

use std::convert::Infallible;
use std::error::Error as StdError;
use std::time::Duration;

use douyin_core::{Clock as _, Store, StoreError, SystemClock, User};
use douyin_media::{BucketOptions, Claimed, MediaError, MediaOptions, MediaStorage, SweepError};
use tokio::time::{MissedTickBehavior, interval};

use super::OpenError;
use crate::config::{Config, DeliveryKind, PublicUrl};
use crate::error_chain::chain;
use crate::media_files::Delivery;
use crate::web::MediaSources;

/// Opens it, and finds out whether a bucket is what it should be.
///
/// A bucket that cannot be reached is no reason not to start: it would make a restart take down all that goes on without media.
pub(super) async fn open_media(config: &Config) -> Result<MediaStorage, OpenError> {
    let mut options = MediaOptions::default();
    options.max_upload_bytes = u64::from(config.max_upload_mb.get()) << 20;
    options.video.duration = config.media_max_seconds.seconds();
    options.video.pixels = config.media_max_pixels.get().into();
    options.accept = config.media_accept;
    options.ffmpeg = config.ffmpeg.clone();
    options.bucket = bucket(config);
    #[cfg(feature = "h264")]
    {
        options.decoder = crate::command::decoder();
    }
    let staging = config.data_dir.join("staging");
    let media = MediaStorage::open(config.media_url.as_str(), staging, options)?;
    match media.check().await {
        Err(error @ MediaError::Away(_)) => warn(&error, "starting without media"),
        checked => checked?,
    }
    Ok(media)
}

fn bucket(config: &Config) -> BucketOptions {
    let mut options = BucketOptions::default();
    options.endpoint = config
        .s3_endpoint
        .as_ref()
        .map(|url| url.as_str().to_owned());
    options.region.clone_from(&config.s3_region);
    options.access_key.clone_from(&config.s3_access_key);
    options.secret_key = (config.s3_secret_key.as_ref()).map(|key| key.reveal().to_owned());
    options.path_style = config.s3_path_style;
    options.connect_time = Duration::from_millis(config.s3_connect_milliseconds.get().into());
    options.stall_time = config.s3_stall_seconds.seconds();
    options
}

/// Settles the uploads of an earlier run, or leaves that to [`tend`] where the bucket is away. Answers how many other processes use the
/// same data folder, as far as it got to see.
pub(super) async fn sweep(media: &MediaStorage, store: &dyn Store) -> Result<usize, OpenError> {
    match media
        .sweep(async |claimed| is_named(store, claimed).await)
        .await
    {
        Err(SweepError::Media(error)) if media.is_away() => {
            warn(&error, "unfinished uploads are settled later");
            Ok(0)
        }
        swept => Ok(swept?.running),
    }
}

/// Whether a row names the files of an upload.
pub(super) async fn is_named(store: &dyn Store, claimed: Claimed) -> Result<bool, StoreError> {
    match claimed {
        Claimed::Video(video) => Ok(store.video(None, video).await?.is_some()),
        Claimed::Picture(user, _) => {
            let picture = claimed.key();
            let named = |user: User| picture == user.avatar || picture == user.background;
            Ok(store.profile(None, user).await?.is_some_and(named))
        }
    }
}

/// Removes uploads over several requests that are kept no longer, for ever.
pub(super) async fn expire(media: &MediaStorage) -> Infallible {
    let mut ticks = interval(Duration::from_mins(1));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        match media.remove_expired_resumables(SystemClock.now()).await {
            Ok(0) => {}
            Ok(removed) => tracing::info!(removed, "removed uploads that nobody has finished"),
            Err(error) => warn(&error, "uploads that nobody has finished are removed later"),
        }
    }
}

/// How clients get media.
pub(super) fn delivery(config: &Config) -> Delivery {
    match (config.delivery, &config.media_public_url) {
        (DeliveryKind::Public, Some(url)) => Delivery::Public {
            url: url.as_str().to_owned(),
        },
        (DeliveryKind::Redirect, _) => Delivery::Redirect {
            valid: config.signed_seconds.seconds(),
        },
        // Public without a URL is refused with the configuration.
        (DeliveryKind::Proxy | DeliveryKind::Public, _) => Delivery::Proxy,
    }
}

/// From where clients get media, besides the origin that a page comes from: where a URL is configured, theirs may be another one.
pub(super) fn sources(config: &Config, delivery: &Delivery, media: &MediaStorage) -> MediaSources {
    let here = config.public_url.as_ref().map(PublicUrl::as_str);
    let elsewhere = match delivery {
        Delivery::Proxy => None,
        // A policy is asked again where a redirect leads to.
        Delivery::Redirect { .. } => media.signed_origin(),
        Delivery::Public { url } => Some(url.as_str()),
    };
    let sources = MediaSources::default();
    [here, elsewhere]
        .into_iter()
        .flatten()
        .fold(sources, MediaSources::with)
}

fn warn(error: &(dyn StdError + 'static), message: &'static str) {
    tracing::warn!(error = chain(error), "{message}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Sources;

    /// What is allowed besides the page's own origin.
    fn allowed(settings: &[(&str, &str)]) -> MediaSources {
        let environment = settings
            .iter()
            .map(|(name, value)| (name.into(), value.into()));
        let config = Config::load(&Sources {
            environment: environment.collect(),
            ..Sources::default()
        });
        let config = config.unwrap();
        let staging = tempfile::tempdir().unwrap();
        let mut options = MediaOptions::default();
        options.bucket = bucket(&config);
        let media = MediaStorage::open(config.media_url.as_str(), staging.path(), options).unwrap();
        sources(&config, &delivery(&config), &media)
    }

    fn these(urls: &[&str]) -> MediaSources {
        let sources = MediaSources::default();
        urls.iter().fold(sources, |sources, url| sources.with(url))
    }

    #[test]
    fn media_may_come_from_where_its_urls_lead_to() {
        let here = ("DOUYIN_PUBLIC_URL", "https://video.example.org/douyin");
        let cdn = ("DOUYIN_MEDIA_PUBLIC_URL", "https://cdn.example.org/a");
        let delivery = |kind| ("DOUYIN_MEDIA_DELIVERY", kind);
        assert_eq!(allowed(&[]), these(&[]));
        assert_eq!(allowed(&[here]), these(&["https://video.example.org"]));
        assert_eq!(
            allowed(&[here, cdn, delivery("public")]),
            these(&["https://video.example.org", "https://cdn.example.org"])
        );
    }

    #[cfg(feature = "s3")]
    #[test]
    fn media_may_come_from_the_bucket_that_requests_are_redirected_to() {
        let bucket = [
            ("DOUYIN_MEDIA_URL", "s3://clips/a"),
            ("DOUYIN_MEDIA_S3_ENDPOINT", "http://127.0.0.1:9000"),
            ("DOUYIN_MEDIA_DELIVERY", "redirect"),
        ];
        assert_eq!(allowed(&bucket), these(&["http://127.0.0.1:9000"]));
        assert_eq!(allowed(&bucket[..2]), these(&[]));
    }
}
