use std::time::Duration;

use douyin_media::{Container, NotAVideo, ProbeError};

use crate::counting::recognise_bytes;

/// An element with an id, its length marker included, and a size of eight bytes.
fn element(id: u32, body: &[u8]) -> Vec<u8> {
    sized(id, body.len() as u64 | 1 << 56, body)
}

fn sized(id: u32, size: u64, body: &[u8]) -> Vec<u8> {
    let id: Vec<u8> = id
        .to_be_bytes()
        .into_iter()
        .skip_while(|byte| *byte == 0)
        .collect();
    [&id, &size.to_be_bytes()[..], body].concat()
}

/// Without an end, as live recordings are written.
fn open_ended(id: u32, body: &[u8]) -> Vec<u8> {
    sized(id, (1 << 57) - 1, body)
}

struct WebM {
    doc_type: &'static [u8],
    track_type: u8,
    codec: &'static [u8],
    width: u32,
    seconds: f64,
    tracks: usize,
    data: Vec<u8>,
    with_ends: bool,
}

impl Default for WebM {
    fn default() -> Self {
        Self {
            doc_type: b"webm",
            track_type: 1,
            codec: b"V_VP9",
            width: 640,
            seconds: 2.5,
            tracks: 1,
            data: vec![7; 100],
            with_ends: true,
        }
    }
}

impl WebM {
    fn file(&self) -> Vec<u8> {
        let header = element(0x1A45_DFA3, &element(0x4282, self.doc_type));
        let scale = element(0x002A_D7B1, &1_000_000_u32.to_be_bytes());
        let duration = element(0x4489, &(self.seconds * 1000.0).to_be_bytes());
        let info = element(0x1549_A966, &[scale, duration].concat());
        let size = [
            element(0xB0, &self.width.to_be_bytes()),
            element(0xBA, &360_u32.to_be_bytes()),
        ]
        .concat();
        let track = [
            element(0x83, &[self.track_type]),
            element(0x86, self.codec),
            element(0xE0, &size),
        ]
        .concat();
        let tracks = element(0x1654_AE6B, &element(0xAE, &track).repeat(self.tracks));
        let void = element(0xEC, &[0; 50]);
        let begin = [void, info, tracks].concat();
        let segment = if self.with_ends {
            element(
                0x1853_8067,
                &[begin, element(0x1F43_B675, &self.data)].concat(),
            )
        } else {
            open_ended(
                0x1853_8067,
                &[begin, open_ended(0x1F43_B675, &self.data)].concat(),
            )
        };
        [header, segment].concat()
    }
}

#[test]
fn a_webm_says_what_it_is() {
    for codec in [&b"V_VP8"[..], b"V_VP9", b"V_AV1"] {
        for with_ends in [true, false] {
            let info = recognise_bytes(
                &WebM {
                    codec,
                    with_ends,
                    ..WebM::default()
                }
                .file(),
            )
            .unwrap();
            assert_eq!(
                (info.container, info.width, info.height),
                (Container::WebM, 640, 360)
            );
            assert_eq!(info.duration, Some(Duration::from_millis(2500)));
        }
    }
}

#[test]
fn what_is_no_video_in_webm_is_refused() {
    for (what, file) in [
        (
            "Matroska",
            WebM {
                doc_type: b"matroska",
                ..WebM::default()
            }
            .file(),
        ),
        (
            "another kind of document",
            WebM {
                doc_type: b"webmx",
                ..WebM::default()
            }
            .file(),
        ),
        (
            "sound only",
            WebM {
                track_type: 2,
                codec: b"A_OPUS",
                ..WebM::default()
            }
            .file(),
        ),
        (
            "a codec that players do not know",
            WebM {
                codec: b"V_UNCOMPRESSED",
                ..WebM::default()
            }
            .file(),
        ),
        (
            "no track",
            WebM {
                tracks: 0,
                ..WebM::default()
            }
            .file(),
        ),
        (
            "too many tracks",
            WebM {
                tracks: 33,
                ..WebM::default()
            }
            .file(),
        ),
        (
            "no width",
            WebM {
                width: 0,
                ..WebM::default()
            }
            .file(),
        ),
        (
            "too many pixels",
            WebM {
                width: 1_000_000,
                ..WebM::default()
            }
            .file(),
        ),
        (
            "too long",
            WebM {
                seconds: 30_000.0,
                ..WebM::default()
            }
            .file(),
        ),
        (
            "a duration that is no number",
            WebM {
                seconds: f64::NAN,
                ..WebM::default()
            }
            .file(),
        ),
        (
            "a negative duration",
            WebM {
                seconds: -1.0,
                ..WebM::default()
            }
            .file(),
        ),
    ] {
        let refused = recognise_bytes(&file);
        assert!(
            matches!(refused, Err(ProbeError::Refused(_))),
            "{what}: {refused:?}"
        );
    }
}

#[test]
fn a_webm_that_is_not_built_as_it_should_be_is_refused() {
    let webm = WebM::default();
    for (what, file) in [
        (
            "no media data",
            WebM {
                data: Vec::new(),
                ..WebM::default()
            }
            .file(),
        ),
        ("the header only", webm.file()[..30].to_vec()),
        (
            "a segment longer than the file",
            webm.file()[..webm.file().len() - 1].to_vec(),
        ),
        (
            "an element without a length",
            [
                &element(0x1A45_DFA3, &element(0x4282, b"webm"))[..],
                &[0xEC, 0, 0, 0],
            ]
            .concat(),
        ),
        ("thousands of elements", {
            let header = element(0x1A45_DFA3, &element(0x4282, b"webm"));
            let voids = [0xEC, 0x80].repeat(500_000);
            [header, open_ended(0x1853_8067, &voids)].concat()
        }),
    ] {
        let refused = recognise_bytes(&file);
        assert!(
            matches!(refused, Err(ProbeError::Refused(_))),
            "{what}: {refused:?}"
        );
    }
}

#[test]
fn a_webm_that_is_cut_before_its_data_is_refused() {
    let file = WebM {
        with_ends: false,
        data: Vec::new(),
        ..WebM::default()
    }
    .file();
    for length in 0..=file.len() {
        let refused = recognise_bytes(&file[..length]);
        assert!(
            matches!(refused, Err(ProbeError::Refused(_))),
            "the first {length} bytes: {refused:?}"
        );
    }
    let Err(ProbeError::Refused(reason)) = recognise_bytes(&file) else {
        panic!("it has no data");
    };
    assert_eq!(reason, NotAVideo::Malformed("it has no media data"));
}

#[test]
fn a_codec_that_is_named_again_and_again_is_read_once_each_time() {
    let codecs = b"\x86\x85V_VP9".repeat(300);
    let tracks = element(0x1654_AE6B, &element(0xAE, &codecs));
    let header = element(0x1A45_DFA3, &element(0x4282, b"webm"));
    let file = [header, element(0x1853_8067, &tracks)].concat();
    let Err(ProbeError::Refused(reason)) = recognise_bytes(&file) else {
        panic!("it has no data");
    };
    assert_eq!(reason, NotAVideo::Malformed("it has no media data"));
}

/// A valid one.
pub(crate) fn sample(with_ends: bool) -> Vec<u8> {
    WebM {
        with_ends,
        ..WebM::default()
    }
    .file()
}
