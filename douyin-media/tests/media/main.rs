//! The storage as its users see it.

mod cover;
mod encoded;
mod encoder;
mod fast_start;
mod fragmented;
#[cfg(feature = "h264")]
mod key_frame;
mod outgoing;
mod pictures;
#[cfg(unix)]
mod prepare;
mod renditions;
mod resumable;
#[cfg(feature = "s3")]
#[expect(dead_code, reason = "the program for buckets uses more of it")]
mod s3;
mod support;
mod sweep;
mod upload;
