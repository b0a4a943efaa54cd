//! What is cut into segments is what was there before, and its playlist leads to every byte of it.

#![cfg(unix)]

use std::fs;
use std::io::Cursor;

use douyin_media::{FragmentError, Rendition, VideoLimits, fragment, recognise};
use tempfile::TempDir;

use crate::encoder::{ffmpeg, frames, has_ffmpeg, run, with_wide_media_data};

pub(crate) const PICTURES: &str = "-f lavfi -i testsrc=s=64x48:r=25:d=10";
pub(crate) const SOUND: &str = "-f lavfi -i sine=d=10";
pub(crate) const H264: &str = "-c:v libx264 -pix_fmt yuv420p -g 25 -keyint_min 25 -sc_threshold 0";

fn cut(file: &[u8]) -> Result<(Rendition, Vec<u8>), FragmentError> {
    let mut target = Vec::new();
    let rendition = fragment(Cursor::new(file), &mut target, &VideoLimits::default())?;
    Ok((rendition, target))
}

/// The ranges that a playlist names, the one of its beginning first; and the durations of its segments.
fn ranges(playlist: &str) -> (Vec<(usize, usize)>, Vec<f64>) {
    let range = |text: &str| {
        let (length, at) = text.split_once('@').unwrap();
        (at.parse().unwrap(), length.parse().unwrap())
    };
    let (mut ranges, mut durations) = (Vec::new(), Vec::new());
    for line in playlist.lines() {
        if let Some((_, text)) = line.split_once("BYTERANGE=\"") {
            ranges.push(range(text.trim_end_matches('"')));
        } else if let Some(text) = line.strip_prefix("#EXT-X-BYTERANGE:") {
            ranges.push(range(text));
        } else if let Some(text) = line.strip_prefix("#EXTINF:") {
            durations.push(text.trim_end_matches(',').parse().unwrap());
        }
    }
    (ranges, durations)
}

/// Cuts a file of the folder, and proves of the result what is promised of any.
pub(crate) fn check(folder: &TempDir, name: &str) -> Rendition {
    let file = fs::read(folder.path().join(name)).unwrap();
    let (rendition, cut) = cut(&file).unwrap_or_else(|error| panic!("{name}: {error}"));
    recognise(Cursor::new(&cut), &VideoLimits::default()).unwrap();
    fs::write(folder.path().join("cut.mp4"), &cut).unwrap();
    let playlist = rendition.playlist("cut.mp4", rendition.target_duration());
    fs::write(folder.path().join("cut.m3u8"), &playlist).unwrap();
    let (ranges, durations) = ranges(&playlist);
    let mut end = 0;
    for (number, (at, length)) in ranges.iter().enumerate() {
        assert_eq!(*at, end, "{name}");
        end = at + length;
        if number > 0 {
            let begin = &cut[..ranges[0].1];
            let alone = [begin, &cut[*at..end]].concat();
            fs::write(folder.path().join("alone.mp4"), alone).unwrap();
            let probe = "ffprobe -v warning -of csv=p=0 -select_streams v -show_entries packet=flags alone.mp4";
            let packets = run(folder.path(), probe);
            assert!(
                packets.starts_with("K_"),
                "{name}, segment {number}: {packets}"
            );
        }
    }
    assert_eq!(end, cut.len(), "{name}");
    let longest = durations.iter().copied().fold(0.0, f64::max).round();
    let target = format!(
        "#EXT-X-TARGETDURATION:{longest}
"
    );
    assert!(playlist.contains(&target), "{name}: {playlist}");
    rendition
}

/// That the frames of a file are those of the stream that [`check`] made of `name`, each at the same time but for `tolerance` microseconds.
pub(crate) fn compare(folder: &TempDir, name: &str, with: &str, streams: &str, tolerance: u64) {
    let frames = |file: &str| {
        let mut frames = frames(folder.path(), file, streams);
        // What comes before the beginning is for the decoder: of fragments ffmpeg shows it.
        frames.retain(|(time, _)| *time >= 0);
        frames
    };
    let before = frames(with);
    assert!(!before.is_empty(), "{name}");
    for cut in ["cut.mp4", "cut.m3u8"] {
        let after = frames(cut);
        assert_eq!(after.len(), before.len(), "{name}, {cut}, {streams}");
        for (number, (before, after)) in before.iter().zip(&after).enumerate() {
            assert_eq!(
                before.1, after.1,
                "{name}, {cut}, {streams}, frame {number}"
            );
            let apart = before.0.abs_diff(after.0);
            assert!(
                apart <= tolerance,
                "{name}, {cut}, {streams}, frame {number}: {} and {}",
                before.0,
                after.0
            );
        }
    }
}

#[test]
fn frames_and_their_times_are_the_same_in_segments() {
    if !has_ffmpeg() {
        return;
    }
    let folder = TempDir::new().unwrap();
    for (name, arguments) in [
        (
            "b-frames.mp4",
            format!("{PICTURES} {SOUND} {H264} -bf 3 -c:a aac"),
        ),
        (
            "baseline.mp4",
            format!("{PICTURES} {SOUND} {H264} -profile:v baseline -c:a aac"),
        ),
        (
            "negative.mp4",
            format!("{PICTURES} {SOUND} {H264} -bf 3 -c:a aac -movflags negative_cts_offsets"),
        ),
        ("silent.mp4", format!("{PICTURES} {H264} -bf 2")),
        (
            "longer.mp4",
            format!("{PICTURES} -f lavfi -i sine=d=14 {H264} -c:a aac"),
        ),
        (
            "shorter.mp4",
            format!("{PICTURES} -f lavfi -i sine=d=7 {H264} -c:a aac"),
        ),
        (
            "quick.mov",
            format!("{PICTURES} {SOUND} {H264} -bf 2 -c:a aac"),
        ),
        (
            "varying.mp4",
            format!(
                "{PICTURES} {SOUND} -vf select='not(mod(n\\,7))+not(mod(n\\,3))' -fps_mode vfr {H264} -c:a aac"
            ),
        ),
        (
            "late.mp4",
            format!("-itsoffset 0.5 {PICTURES} {SOUND} {H264} -c:a aac"),
        ),
    ] {
        ffmpeg(folder.path(), &arguments, name);
        let rendition = check(&folder, name);
        compare(&folder, name, name, "0:v", 100);
        if name != "silent.mp4" {
            compare(&folder, name, name, "0:a", 100);
        }
        assert!(rendition.segments.len() >= 3, "{name}");
    }
}

#[test]
fn a_video_that_was_trimmed_is_the_same_in_segments() {
    if !has_ffmpeg() {
        return;
    }
    let folder = TempDir::new().unwrap();
    let whole = format!("{PICTURES} {SOUND} {H264} -bf 2 -c:a aac");
    ffmpeg(folder.path(), &whole, "whole.mp4");
    for (name, arguments) in [
        ("begin.mp4", "-ss 3.3 -i whole.mp4 -c copy"),
        ("middle.mp4", "-ss 1.7 -i whole.mp4 -t 5 -c copy"),
    ] {
        ffmpeg(folder.path(), arguments, name);
        check(&folder, name);
        // Of a whole file, ffmpeg begins with the first picture that begins within the edit, up to one picture early.
        compare(&folder, name, name, "0:v", 40_000);
    }
}

#[test]
fn how_a_picture_is_turned_is_kept() {
    if !has_ffmpeg() {
        return;
    }
    let folder = TempDir::new().unwrap();
    ffmpeg(folder.path(), &format!("{PICTURES} {H264}"), "upright.mp4");
    let turn = "-i upright.mp4 -c copy -metadata:s:v:0 rotate=90";
    ffmpeg(folder.path(), turn, "turned.mp4");
    let rendition = check(&folder, "turned.mp4");
    assert_eq!((rendition.width, rendition.height), (48, 64));
    let probe = "ffprobe -v error -of csv=p=0 -show_entries stream_side_data=rotation";
    let rotation = |name: &str| run(folder.path(), &format!("{probe} {name}"));
    assert_eq!(rotation("cut.mp4"), rotation("turned.mp4"));
    assert!(
        rotation("cut.mp4").contains("90"),
        "{}",
        rotation("cut.mp4")
    );
}

#[test]
fn boxes_with_sizes_in_64_bits_are_cut_like_others() {
    if !has_ffmpeg() {
        return;
    }
    let folder = TempDir::new().unwrap();
    let arguments = format!("{PICTURES} {SOUND} {H264} -c:a aac");
    ffmpeg(folder.path(), &arguments, "plain.mp4");
    let wide = with_wide_media_data(&folder, "plain.mp4");
    fs::write(folder.path().join("wide.mp4"), wide).unwrap();
    assert_eq!(check(&folder, "wide.mp4"), check(&folder, "plain.mp4"));
    compare(&folder, "wide.mp4", "wide.mp4", "0:v", 0);
}

#[test]
fn what_cannot_be_cut_says_why() {
    if !has_ffmpeg() {
        return;
    }
    let folder = TempDir::new().unwrap();
    for (arguments, name, reason) in [
        ("-c:v mpeg4", "part2.mp4", "its pictures are not H.264"),
        (
            "-f lavfi -i sine=d=10 -c:v libx264 -pix_fmt yuv420p -c:a mp3",
            "mp3.mp4",
            "its sound is not AAC",
        ),
    ] {
        let file = ffmpeg(folder.path(), &format!("{PICTURES} {arguments}"), name);
        match cut(&file) {
            Err(FragmentError::Unsuitable(found)) => assert_eq!(found, reason, "{name}"),
            other => panic!("{name}: {other:?}"),
        }
    }
}
