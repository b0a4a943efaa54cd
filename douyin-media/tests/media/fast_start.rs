//! A video whose index stands behind its media data is stored with the index first, and is the same otherwise.

#![cfg(unix)]

use std::io::Cursor;

use douyin_media::{DEMO_CLIP, IndexPlace, VideoLimits, fast_start, recognise};
use tempfile::TempDir;

use crate::encoder::{ffmpeg, frames, has_ffmpeg, run, with_wide_media_data};
use crate::support::{Fixture, id};

const BOTH: &str =
    "-f lavfi -i testsrc=s=64x48:r=25:d=3 -f lavfi -i sine=d=3 -c:v libx264 -pix_fmt yuv420p -g 25";

fn rewritten(file: &[u8]) -> Option<Vec<u8>> {
    let mut target = Vec::new();
    let done = fast_start(Cursor::new(file), &mut target, &VideoLimits::default()).unwrap();
    assert_eq!(done, !target.is_empty());
    done.then_some(target)
}

fn index_of(file: &[u8]) -> IndexPlace {
    recognise(Cursor::new(file), &VideoLimits::default())
        .unwrap()
        .index
}

#[test]
fn frames_are_the_same_after_the_index_was_put_first() {
    if !has_ffmpeg() {
        return;
    }
    let folder = TempDir::new().unwrap();
    for (name, arguments) in [
        ("plain.mp4", format!("{BOTH} -bf 2 -c:a aac")),
        (
            "quick.mov",
            format!("{BOTH} -c:a pcm_s16le -timecode 01:00:00:00"),
        ),
        ("hints.mp4", format!("{BOTH} -c:a aac -movflags rtphint")),
        (
            "chapters.mp4",
            format!("{BOTH} -c:a aac -metadata title=x -map 0 -map 1 -map 1"),
        ),
    ] {
        let file = ffmpeg(folder.path(), &arguments, name);
        assert_eq!(index_of(&file), IndexPlace::Last, "{name}");
        let first = rewritten(&file).expect(name);
        assert_eq!(index_of(&first), IndexPlace::First, "{name}");
        assert_eq!(first.len(), file.len(), "{name}");
        assert_eq!(rewritten(&first), None, "{name}");
        std::fs::write(folder.path().join("first"), &first).unwrap();
        for streams in ["0:v", "0:a"] {
            let before = frames(folder.path(), name, streams);
            assert!(before.len() >= 70, "{name}: {}", before.len());
            assert_eq!(frames(folder.path(), "first", streams), before, "{name}");
        }
    }
    let wide = with_wide_media_data(&folder, "plain.mp4");
    std::fs::write(folder.path().join("wide.mp4"), rewritten(&wide).unwrap()).unwrap();
    let before = frames(folder.path(), "plain.mp4", "0:v");
    assert_eq!(frames(folder.path(), "wide.mp4", "0:v"), before);
}

#[test]
fn it_plays_from_its_first_bytes() {
    if !has_ffmpeg() {
        return;
    }
    let folder = TempDir::new().unwrap();
    let file = ffmpeg(
        folder.path(),
        "-f lavfi -i testsrc=s=320x240:r=25:d=8 -f lavfi -i sine=d=8 -c:v libx264 -pix_fmt yuv420p -g 25 -b:v 1M -c:a aac",
        "last.mp4",
    );
    let first = rewritten(&file).unwrap();
    for (name, whole, plays) in [("half.mp4", &file, false), ("half-first.mp4", &first, true)] {
        std::fs::write(folder.path().join(name), &whole[..whole.len() / 2]).unwrap();
        let arguments = format!("ffmpeg -v quiet -i {name} -map 0:v -f framemd5 -");
        let decoded = run(folder.path(), &arguments);
        let lines = decoded
            .lines()
            .filter(|line| line.starts_with("0,"))
            .count();
        assert_eq!(lines > 50, plays, "{name}: {lines}");
    }
}

#[test]
fn what_is_not_to_be_moved_stays_as_it_is() {
    if !has_ffmpeg() {
        return;
    }
    let folder = TempDir::new().unwrap();
    let make = |options: &str, name: &str| {
        let video = "-f lavfi -i testsrc=s=64x48:r=5:d=2 -c:v libx264 -pix_fmt yuv420p -g 5";
        ffmpeg(folder.path(), &format!("{video} {options}"), name)
    };
    let fragmented = make("-movflags frag_keyframe", "fragments.mp4");
    let last = make("", "last.mp4");
    let boxed = |kind: &[u8; 4], body: &[u8]| {
        let size = u32::try_from(body.len() + 8).unwrap();
        [&size.to_be_bytes()[..], kind, body].concat()
    };
    let locations = [&[0; 4][..], &boxed(b"iloc", &[0; 8])].concat();
    let credentials = b"\xD8\xFE\xC3\xD6\x1B\x0E\x48\x3C\x92\x97\x58\x28\x87\x7E\xC4\x81 and more";
    for (what, file) in [
        ("index first", DEMO_CLIP.to_vec()),
        ("fragments", fragmented),
        (
            "WebM",
            include_bytes!("../recognise/seeds/vp8.webm").to_vec(),
        ),
        (
            "a list of segments",
            [&last[..], &boxed(b"sidx", &[0; 24])].concat(),
        ),
        (
            "places of items",
            [&last[..], &boxed(b"meta", &locations)].concat(),
        ),
        (
            "content credentials",
            [&last[..], &boxed(b"uuid", credentials)].concat(),
        ),
        ("a second index", [last.clone(), last.clone()].concat()),
        ("half a video", last[..last.len() / 2].to_vec()),
    ] {
        assert_eq!(rewritten(&file), None, "{what}");
    }
    let metadata = boxed(b"meta", &[0; 4]);
    let behind = [&last[..], &metadata, &boxed(b"uuid", &[7; 40])].concat();
    assert_eq!(rewritten(&behind).unwrap().len(), behind.len());
}

#[tokio::test]
async fn an_upload_is_stored_with_its_index_first() {
    let upload = include_bytes!("../recognise/seeds/index_last.mov");
    let fixture = Fixture::without_ffmpeg("file");
    let stored = fixture.upload(id(1), upload).await.unwrap();
    assert_eq!(stored.info().index, IndexPlace::First);
    let file = fixture.read(stored.play()).await;
    assert_eq!(file, rewritten(upload).unwrap());
    stored.keep().await;
    assert_eq!(fixture.unfinished(), Vec::<String>::new());

    let stored = fixture.upload(id(2), DEMO_CLIP).await.unwrap();
    assert_eq!(fixture.read(stored.play()).await, DEMO_CLIP);
    stored.keep().await;
}
