use std::time::Duration;

use douyin_media::{DEMO_CLIP, NotAVideo, ProbeError, VideoLimits, recognise};

use crate::counting::{recognise_bytes, refusal};
use crate::movie::{Movie, boxed, large, lying};

#[test]
fn what_begins_like_no_video_is_refused() {
    let long = vec![b'x'; 100_000];
    for bytes in [
        &b""[..],
        b"x",
        b"ftyp",
        b"\0\0\0\x08ftyp",
        b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n",
        b"ffconcat version 1.0\nfile '/etc/passwd'\n",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<?xml version='1.0'?><MPD/>",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"\xFF\xD8\xFF\xE0\0\x10JFIF\0\x01",
        b"GIF89a\x01\0\x01\0\0\0\0;",
        b"RIFF\0\0\0\0AVI LIST\0\0\0\0",
        b"ID3\x04\0\0\0\0\0\0\0\0\0",
        b"OggS\0\x02\0\0\0\0\0\0\0\0",
        b"FLV\x01\x05\0\0\0\x09\0\0\0\0",
        b"PK\x03\x04\x14\0\0\0\0\0",
        b"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
        b"WEBVTT\n\n00:00.000 --> 00:01.000\nhello\n",
        &long,
    ] {
        assert_eq!(
            refusal(bytes),
            NotAVideo::Unrecognised,
            "{:?}",
            &bytes[..bytes.len().min(20)]
        );
    }
}

#[test]
fn a_video_that_is_cut_anywhere_is_refused() {
    for file in [DEMO_CLIP.to_vec(), Movie::default().file()] {
        for length in 0..file.len() {
            assert!(
                recognise_bytes(&file[..length]).is_err(),
                "the first {length} bytes"
            );
        }
    }
}

#[test]
fn a_size_that_cannot_be_is_refused() {
    let movie = Movie::default();
    let start = [movie.file_type(), movie.index()].concat();
    let with = |end: Vec<u8>| [start.clone(), end].concat();
    for (what, file) in [
        ("1 without 64 bits behind it", with(lying("mdat", 1, b""))),
        ("2", with(lying("mdat", 2, &[0; 100]))),
        ("7", with(lying("mdat", 7, &[0; 100]))),
        ("more than there is", with(lying("mdat", 1000, &[0; 100]))),
        ("2^32 - 1", with(lying("mdat", u32::MAX, &[0; 100]))),
        ("64 bits: 0", with(large("mdat", 0, &[0; 100]))),
        ("64 bits: 15", with(large("mdat", 15, &[0; 100]))),
        ("64 bits: 2^63", with(large("mdat", 1 << 63, &[0; 100]))),
        (
            "64 bits: 2^64 - 1",
            with(large("mdat", u64::MAX, &[0; 100])),
        ),
        (
            "64 bits: 2^64 - 16, back to itself",
            with(large("mdat", u64::MAX - 15, &[0; 100])),
        ),
        (
            "0 inside of another box",
            Movie {
                extra: lying("free", 0, &[]),
                ..movie.clone()
            }
            .file(),
        ),
        (
            "2 inside of another box",
            Movie {
                extra: lying("free", 2, &[]),
                ..movie.clone()
            }
            .file(),
        ),
        (
            "longer than the box around it",
            Movie {
                extra: lying("free", 100, &[0; 20]),
                ..movie.clone()
            }
            .file(),
        ),
    ] {
        assert!(matches!(refusal(&file), NotAVideo::Malformed(_)), "{what}");
    }
}

#[test]
fn too_much_of_anything_is_refused() {
    let movie = Movie::default();
    let hours = |hours: u32| hours * 3600 * 1000;
    for (what, file) in [
        (
            "pixels",
            Movie {
                width: 16_000,
                height: 16_000,
                ..movie.clone()
            }
            .file(),
        ),
        (
            "pixels",
            Movie {
                shown: (16_000 << 16, 16_000 << 16),
                ..movie.clone()
            }
            .file(),
        ),
        (
            "tracks",
            Movie {
                tracks: 33,
                ..movie.clone()
            }
            .file(),
        ),
        (
            "tracks",
            Movie {
                tracks: 10_000,
                ..movie.clone()
            }
            .file(),
        ),
        (
            "duration",
            Movie {
                duration: hours(7),
                ..movie.clone()
            }
            .file(),
        ),
        (
            "boxes",
            [movie.file(), boxed("free", b"").repeat(300_000)].concat(),
        ),
        (
            "boxes",
            Movie {
                extra: boxed("free", b"").repeat(300_000),
                ..movie.clone()
            }
            .file(),
        ),
    ] {
        assert_eq!(refusal(&file), NotAVideo::Excessive(what));
    }
    assert!(
        recognise_bytes(
            &Movie {
                duration: hours(5),
                tracks: 32,
                ..movie
            }
            .file()
        )
        .is_ok()
    );
}

#[test]
fn limits_can_be_set() {
    let accepts = |set: fn(&mut VideoLimits)| {
        let mut limits = VideoLimits::default();
        set(&mut limits);
        recognise(std::io::Cursor::new(Movie::default().file()), &limits).is_ok()
    };
    assert!(accepts(|limits| limits.pixels = 640 * 360));
    assert!(!accepts(|limits| limits.pixels = 640 * 360 - 1));
    assert!(!accepts(|limits| limits.duration = Duration::from_secs(2)));
    assert!(!accepts(|limits| limits.tracks = 0));
    assert!(accepts(|limits| limits.nesting = 5));
    assert!(!accepts(|limits| limits.nesting = 4));
    assert!(!accepts(|limits| limits.boxes = 10));
}

#[test]
fn boxes_in_boxes_ten_thousand_deep_cost_nothing() {
    for kind in ["moov", "trak", "udta", "meta", "moof"] {
        let deep = (0..10_000).fold(Vec::new(), |inner, _| boxed(kind, &inner));
        let alone = [Movie::default().file_type(), deep.clone()].concat();
        assert!(recognise_bytes(&alone).is_err(), "{kind}");
        // Inside of a movie nobody follows them: it is refused or played, without overflowing anything.
        match recognise_bytes(
            &Movie {
                extra: deep,
                ..Movie::default()
            }
            .file(),
        ) {
            Ok(info) => assert_eq!(info.width, 640),
            Err(error) => assert!(matches!(error, ProbeError::Refused(_)), "{error:?}"),
        }
    }
    for (deepest, accepted) in [(12, false), (13, true)] {
        let mut limits = VideoLimits::default();
        limits.nesting = deepest;
        let movie = Movie {
            extra: (0..12).fold(Vec::new(), |inner, _| boxed("udta", &inner)),
            ..Movie::default()
        };
        let recognised = recognise(std::io::Cursor::new(movie.file()), &limits);
        assert_eq!(recognised.is_ok(), accepted, "{deepest}: {recognised:?}");
    }
}
