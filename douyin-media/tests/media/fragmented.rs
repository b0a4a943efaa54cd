//! A fragmented video is cut into a stream as one with an index is, whatever wrote its fragments.

#![cfg(unix)]

use std::fs;

use tempfile::TempDir;

use crate::encoder::{ffmpeg, has_ffmpeg};
use crate::renditions::{H264, PICTURES, SOUND, check, compare};

#[test]
fn frames_and_their_times_are_the_same_in_segments_whatever_the_fragments() {
    if !has_ffmpeg() {
        return;
    }
    let folder = TempDir::new().unwrap();
    let whole = format!("{PICTURES} {SOUND} {H264} -bf 3 -c:a aac");
    ffmpeg(folder.path(), &whole, "whole.mp4");
    let fragmented = |name: &str, options: &str| {
        ffmpeg(
            folder.path(),
            &format!("-i whole.mp4 -c copy {options}"),
            name,
        );
        let rendition = check(&folder, name);
        let expected = (250, 4);
        assert_eq!(
            (rendition.frames, rendition.segments.len()),
            expected,
            "{name}"
        );
    };
    for (name, flags) in [
        ("recorded.mp4", "empty_moov+default_base_moof"),
        ("named.mp4", "empty_moov"),
        ("indexed.mp4", "default_base_moof"),
        ("apart.mp4", "empty_moov+separate_moof"),
        ("implied.mp4", "empty_moov+omit_tfhd_offset"),
        ("late.mp4", "delay_moov+default_base_moof"),
        ("listed.mp4", "delay_moov+dash+global_sidx"),
    ] {
        fragmented(name, &format!("-movflags frag_keyframe+{flags}"));
        compare(&folder, name, name, "0:v", 100);
        compare(&folder, name, name, "0:a", 100);
    }
    // Of fragments with pictures that are shown before they are decoded, ffmpeg shows all late.
    for (name, options) in [
        ("common.mp4", "-movflags cmaf+frag_every_frame"),
        (
            "early.mp4",
            "-movflags frag_keyframe+empty_moov+negative_cts_offsets",
        ),
        ("smooth.mp4", "-f ismv"),
    ] {
        fragmented(name, options);
        compare(&folder, name, "whole.mp4", "0:v", 100);
    }
    // What it makes of sound in a fragment per frame, it leaves out some of when it reads it.
    let options = "-movflags frag_every_frame+empty_moov+default_base_moof";
    fragmented("each.mp4", options);
    compare(&folder, "each.mp4", "recorded.mp4", "0:v", 100);
}

#[test]
fn fragments_without_sound_are_cut_too() {
    if !has_ffmpeg() {
        return;
    }
    let folder = TempDir::new().unwrap();
    let silent = format!("{PICTURES} {H264} -movflags frag_keyframe+empty_moov");
    ffmpeg(folder.path(), &silent, "silent.mp4");
    let recorded = include_bytes!("../recognise/seeds/recorded.mp4");
    fs::write(folder.path().join("recorded.mp4"), recorded).unwrap();
    for (name, frames) in [("silent.mp4", 250), ("recorded.mp4", 18)] {
        assert_eq!(check(&folder, name).frames, frames, "{name}");
        compare(&folder, name, name, "0:v", 100);
    }
}

#[test]
fn a_stream_is_cut_again_into_what_it_was() {
    if !has_ffmpeg() {
        return;
    }
    let folder = TempDir::new().unwrap();
    let whole = format!("{PICTURES} {SOUND} {H264} -bf 2 -c:a aac");
    ffmpeg(folder.path(), &whole, "whole.mp4");
    let first = check(&folder, "whole.mp4");
    fs::rename(
        folder.path().join("cut.mp4"),
        folder.path().join("once.mp4"),
    )
    .unwrap();
    assert_eq!(check(&folder, "once.mp4"), first);
    let read = |name| fs::read(folder.path().join(name)).unwrap();
    assert_eq!(read("cut.mp4"), read("once.mp4"));
}
