//! Media of a short-video service: takes uploads, recognises what is a video by its content, makes covers, stores both
//! and reads them back.
//!
//! # An upload
//!
//! ```text
//! let mut incoming = storage.begin(id).await?;
//! while let Some(chunk) = body.next().await {
//!     incoming.write(chunk?).await?;           // to a file; bounded memory, bounded size
//! }
//! let stored = incoming.finish().await?;       // recognised, cover made, durable under names of its own
//! match douyin.publish(author, upload_of(&stored)).await {
//!     Ok(_) => stored.keep().await,            // the row names the files
//!     Err(Error::Store(StoreError::Unavailable(_))) => drop(stored), // nobody knows: the next sweep asks
//!     Err(_) => stored.discard().await,        // there is no row and will be none
//! }
//! ```
//!
//! # Nothing is left behind
//!
//! An upload has a folder of its own under the staging folder until it is settled, and that folder is the marker of an
//! unfinished upload. Dropping an [`Incoming`] removes it. After a crash [`MediaStorage::sweep`] finds it, asks whether
//! the row exists, and removes the stored files where it does not: a file that a row names is never removed, a file that
//! no row names does not outlive the next start.

pub mod durable;

mod builtin;
mod cover;
mod encode;
mod error;
mod fast_start;
mod ffmpeg;
mod fragment;
mod incoming;
mod key;
#[cfg(feature = "h264")]
mod key_frame;
mod options;
mod own_task;
mod picture;
mod playlist;
mod prepare;
mod probe;
mod profile_picture;
mod resumable;
mod sandbox;
mod staging;
mod stats;
mod storage;
mod stored;
mod transcode;

pub use builtin::{DEMO_CLIP, default_avatar, default_background, demo_clip, demo_cover};
pub use error::MediaError;
pub use fast_start::fast_start;
pub use fragment::{FragmentError, Rendition, Segment, fragment};
pub use incoming::Incoming;
pub use key::Run;
#[cfg(feature = "h264")]
pub use key_frame::decode_key_frame;
pub use options::{
    Accept, BucketOptions, CoverLimits, Decoder, Ffmpeg, MediaOptions, PictureLimits,
    TranscodeLimits,
};
pub use playlist::multivariant_playlist;
pub use prepare::{PrepareError, Prepared};
pub use probe::{Container, IndexPlace, NotAVideo, ProbeError, VideoInfo, VideoLimits, recognise};
pub use profile_picture::{NotAPicture, StoredPicture};
pub use resumable::{
    CompleteUpload, ResumableBounds, ResumableError, ResumableProgress, ResumableUpload,
    ResumableWriter,
};
pub use staging::{Claimed, SweepError, Swept};
pub use stats::{BucketStats, MediaStats};
pub use storage::{Extent, MediaFile, MediaStorage};
pub use stored::Stored;
