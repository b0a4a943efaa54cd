//! Videos made by `ffmpeg`.

#![cfg(unix)]

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::Command;

use douyin_media::MediaOptions;
use tempfile::TempDir;

use crate::support::Fixture;

/// Says visibly that a test needs `ffmpeg` and does not run; on CI it must.
pub(crate) fn has_ffmpeg() -> bool {
    let found = Fixture::new("memory:", MediaOptions::default())
        .storage
        .ffmpeg()
        .is_some();
    assert!(
        found || std::env::var_os("CI").is_none(),
        "there is no ffmpeg on PATH"
    );
    if !found {
        // Not by a macro, whose output nobody sees of a test that passes.
        let notice = b"SKIPPED: there is no ffmpeg on PATH\n";
        io::stderr().write_all(notice).unwrap();
    }
    found
}

/// What `ffmpeg` writes with these arguments.
pub(crate) fn ffmpeg(folder: &Path, arguments: &str, output: &str) -> Vec<u8> {
    let status = Command::new("ffmpeg")
        .args("-v error -nostdin -y".split(' '))
        .args(arguments.split_whitespace())
        .arg(output)
        .current_dir(folder)
        .status()
        .unwrap();
    assert!(status.success(), "ffmpeg {arguments} {output}");
    fs::read(folder.join(output)).unwrap()
}

/// What a command writes to its standard output.
pub(crate) fn run(folder: &Path, command: &str) -> String {
    let mut words = command.split_whitespace();
    let output = Command::new(words.next().unwrap())
        .args(words)
        .current_dir(folder)
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// When each decoded frame is shown, in microseconds, and what is to be seen or heard of it.
pub(crate) fn frames(folder: &Path, name: &str, streams: &str) -> Vec<(i64, String)> {
    let options =
        "-map_metadata -1 -fps_mode passthrough -copyts -enc_time_base 1:1000000 -f framemd5 -";
    let listed = run(
        folder,
        &format!("ffmpeg -v error -noautorotate -i {name} -map {streams} {options}"),
    );
    let frames = listed.lines().filter(|line| !line.starts_with('#'));
    let frames = frames.map(|line| {
        let fields: Vec<_> = line.split(',').map(str::trim).collect();
        (fields[2].parse().unwrap(), fields[5].to_owned())
    });
    frames.collect()
}

/// The file with the size of its `mdat` in 64 bits.
pub(crate) fn with_wide_media_data(folder: &TempDir, name: &str) -> Vec<u8> {
    let file = fs::read(folder.path().join(name)).unwrap();
    // Encoders keep eight bytes free for it in a box before.
    let at = file
        .windows(4)
        .position(|window| window == b"mdat")
        .unwrap();
    assert_eq!(&file[at - 8..at - 4], b"free");
    let size = u64::from(u32::from_be_bytes(file[at - 4..at].try_into().unwrap())) + 8;
    let header = [&1_u32.to_be_bytes()[..], b"mdat", &size.to_be_bytes()].concat();
    [&file[..at - 12], &header, &file[at + 4..]].concat()
}
