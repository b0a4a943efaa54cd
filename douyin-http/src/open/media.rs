//! The media storage that a configuration names.

use std::error::Error as StdError;
use std::time::Duration;

use douyin_core::{Store, StoreError, VideoId};
use douyin_media::{MediaError, MediaOptions, MediaStorage, SweepError};

use super::OpenError;
use crate::config::{Config, DeliveryKind};
use crate::error_chain::chain;
use crate::media_files::Delivery;

/// Opens it, and finds out whether a bucket is what it should be.
///
/// A bucket that cannot be reached is no reason not to start: it would make a restart take down all that goes on without media.
pub(super) async fn open_media(config: &Config) -> Result<MediaStorage, OpenError> {
    let mut options = MediaOptions::default();
    options.max_upload_bytes = u64::from(config.max_upload_mb.get()) << 20;
    options.ffmpeg = config.ffmpeg.clone();
    options.bucket.endpoint = config
        .s3_endpoint
        .as_ref()
        .map(|url| url.as_str().to_owned());
    options.bucket.region.clone_from(&config.s3_region);
    options.bucket.access_key.clone_from(&config.s3_access_key);
    options.bucket.secret_key = (config.s3_secret_key.as_ref()).map(|key| key.reveal().to_owned());
    options.bucket.path_style = config.s3_path_style;
    options.bucket.connect_time =
        Duration::from_millis(config.s3_connect_milliseconds.get().into());
    options.bucket.stall_time = config.s3_stall_seconds.seconds();
    let staging = config.data_dir.join("staging");
    let media = MediaStorage::open(config.media_url.as_str(), staging, options)?;
    match media.check().await {
        Err(error @ MediaError::Away(_)) => warn(&error, "starting without media"),
        checked => checked?,
    }
    Ok(media)
}

/// Settles the uploads of an earlier run, or leaves that to [`tend`] where the bucket is away.
pub(super) async fn sweep(media: &MediaStorage, store: &dyn Store) -> Result<(), OpenError> {
    match media
        .sweep(async |video| is_published(store, video).await)
        .await
    {
        Err(SweepError::Media(error)) if media.is_away() => {
            warn(&error, "unfinished uploads are settled later");
        }
        swept => drop(swept?),
    }
    Ok(())
}

/// Whether the row of a video is there.
pub(super) async fn is_published(store: &dyn Store, video: VideoId) -> Result<bool, StoreError> {
    Ok(store.video(None, video).await?.is_some())
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

fn warn(error: &(dyn StdError + 'static), message: &'static str) {
    tracing::warn!(error = chain(error), "{message}");
}
