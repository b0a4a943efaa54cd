//! Every layout of MP4 and MOV that an encoder writes is recognised, and none without its media data.

#![cfg(unix)]

use std::io::Cursor;

use douyin_media::{NotAVideo, ProbeError, VideoInfo, VideoLimits, recognise};
use tempfile::TempDir;

use crate::encoder::{ffmpeg, has_ffmpeg};

const PICTURES: &str = "-f lavfi -i testsrc=s=64x48:r=25:d=2";
const SOUND: &str = "-f lavfi -i sine=d=2";
const H264: &str = "-c:v libx264 -pix_fmt yuv420p -bf 2 -g 10";

fn recognised(bytes: &[u8]) -> Result<VideoInfo, ProbeError> {
    recognise(Cursor::new(bytes), &VideoLimits::default())
}

/// The file with eight bytes left of each `mdat`, whose size says so.
fn without_media_data(file: &[u8]) -> Vec<u8> {
    let (mut rest, mut spoiled) = (file, Vec::new());
    while let [s0, s1, s2, s3, k0, k1, k2, k3, ..] = *rest {
        let size = u32::from_be_bytes([s0, s1, s2, s3]) as usize;
        let (part, behind) = rest.split_at(size);
        if [k0, k1, k2, k3] == *b"mdat" {
            spoiled.extend(b"\0\0\0\x10mdat");
            spoiled.extend(&part[8..16]);
        } else {
            spoiled.extend(part);
        }
        rest = behind;
    }
    spoiled
}

#[test]
fn what_an_encoder_writes_is_recognised_and_not_without_its_media_data() {
    if !has_ffmpeg() {
        return;
    }
    let folder = TempDir::new().unwrap();
    let make = |arguments: &str, name: &str| ffmpeg(folder.path(), arguments, name);
    let pictures = |options: &str, name| make(&format!("{PICTURES} {H264} {options}"), name);
    let both = |options: &str, name| make(&format!("{PICTURES} {SOUND} {H264} {options}"), name);
    let files = [
        ("index last", pictures("", "last.mp4")),
        ("index first", both("-movflags +faststart", "first.mp4")),
        ("one picture", pictures("-frames:v 1", "one.mp4")),
        ("two video tracks", both("-map 0 -map 1 -map 0", "two.mp4")),
        ("hint tracks", both("-movflags rtphint", "hint.mp4")),
        ("QuickTime, PCM", both("-c:a pcm_s16le", "sound.mov")),
        (
            "QuickTime, time code",
            pictures("-timecode 01:00:00:00", "timecode.mov"),
        ),
        (
            "an edit list",
            make("-ss 0.7 -i first.mp4 -c copy", "edit.mp4"),
        ),
        (
            "turned",
            make(
                "-i last.mp4 -c copy -metadata:s:v:0 rotate=90",
                "turned.mp4",
            ),
        ),
        (
            "MPEG-4 part 2",
            make(&format!("{PICTURES} -c:v mpeg4"), "part2.mp4"),
        ),
        (
            "fragments behind an empty index",
            both("-movflags frag_keyframe+empty_moov", "empty.mp4"),
        ),
        (
            "fragments behind a full index",
            both("-movflags frag_keyframe", "full.mp4"),
        ),
        (
            "fragments placed by themselves",
            pictures(
                "-movflags frag_keyframe+empty_moov+default_base_moof+omit_tfhd_offset",
                "own.mp4",
            ),
        ),
        (
            "a fragment per picture",
            pictures("-movflags cmaf+frag_every_frame", "cmaf.mp4"),
        ),
        (
            "a fragment per track",
            both(
                "-movflags frag_keyframe+empty_moov+separate_moof",
                "apart.mp4",
            ),
        ),
        (
            "DASH",
            both(
                "-movflags frag_keyframe+delay_moov+dash+global_sidx",
                "dash.mp4",
            ),
        ),
        ("Smooth Streaming", both("-f ismv", "smooth.mp4")),
    ];
    for (what, file) in files {
        let info = recognised(&file).unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(info.width + info.height, 64 + 48, "{what}");
        let spoiled = recognised(&without_media_data(&file));
        assert!(
            matches!(
                spoiled,
                Err(ProbeError::Refused(NotAVideo::Malformed(reason)))
                    if reason == "its media data is cut short"
                        || reason == "its index points behind its end"
            ),
            "{what}: {spoiled:?}"
        );
    }
}
