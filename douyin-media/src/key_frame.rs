//! A picture of a video without any other program: its first key frames, decoded by `OpenH264`.
//!
//! That decoder is C++ and reads bytes of strangers, so it runs in a process of its own, which may be this program again: what it is to do is
//! [`decode_key_frame`]. It finds the upload in its working directory and leaves a JPEG there.

mod bits;
mod decoding;
mod limits;
mod parameter_set;
mod source;
mod turn;

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Write as _};
use std::process::ExitCode;

use image::imageops::FilterType;
use image::{DynamicImage, ImageError};

use self::decoding::DecodingError;
use self::limits::Limits;
use self::source::Source;
use crate::cover::{HIGHEST, PICTURE, WIDEST};
use crate::staging::UPLOAD;
use crate::{FragmentError, encode};

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
enum KeyFrameError {
    #[error("its limits are not five numbers")]
    Arguments,
    #[error("{0}")]
    Source(#[from] FragmentError),
    #[error("{0}")]
    Decoding(#[from] DecodingError),
    #[error("{0}")]
    Picture(#[from] ImageError),
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// What a program does that [`MediaOptions::decoder`](crate::MediaOptions::decoder) names, with the arguments behind those that are named there:
/// limits itself by them, decodes a key frame of the H.264 in an MP4 or MOV, and ends. To be called first of all, before there are other
/// threads.
///
/// ```no_run
/// # use std::process::ExitCode;
/// fn main() -> ExitCode {
///     let mut arguments = std::env::args_os().skip(1);
///     if arguments.next().is_some_and(|first| first == "decode-key-frame") {
///         return douyin_media::decode_key_frame(arguments);
///     }
///     // What the program is otherwise for.
///     ExitCode::SUCCESS
/// }
/// ```
#[must_use]
pub fn decode_key_frame(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    match decode(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // It goes to the log of who started it; there is nobody to tell that it did not get there.
            let _told = writeln!(io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

fn decode(arguments: impl IntoIterator<Item = OsString>) -> Result<(), KeyFrameError> {
    Limits::parse(arguments)
        .ok_or(KeyFrameError::Arguments)?
        .set()?;
    let source = Source::read(File::open(UPLOAD)?)?;
    let mut picture = DynamicImage::from(decoding::best_picture(&source)?);
    picture.apply_orientation(source.orientation);
    if picture.width() > WIDEST || picture.height() > HIGHEST {
        picture = picture.resize(WIDEST, HIGHEST, FilterType::Triangle);
    }
    let mut file = File::create_new(PICTURE)?;
    file.write_all(&encode::jpeg(&picture.into_rgb8())?)?;
    Ok(())
}
