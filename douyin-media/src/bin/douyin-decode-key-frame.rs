//! For whoever embeds the library and has no program that may run itself: what [`MediaOptions::decoder`](douyin_media::MediaOptions::decoder)
//! can name, without arguments of its own.

use std::process::ExitCode;

fn main() -> ExitCode {
    douyin_media::decode_key_frame(std::env::args_os().skip(1))
}
