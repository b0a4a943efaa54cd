//! Videos made by `ffmpeg`.

#![cfg(unix)]

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::Command;

use douyin_media::MediaOptions;

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
