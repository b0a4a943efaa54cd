use douyin_media::DEMO_CLIP;

use crate::counting::recognise_bytes;
use crate::movie::Movie;
use crate::rewriting::{cut_into_segments, put_index_first};

/// What an encoder wrote, with its index last.
pub(crate) const INDEX_LAST: [&[u8]; 5] = [
    include_bytes!("seeds/sound.mp4"),
    include_bytes!("seeds/sound.mov"),
    include_bytes!("seeds/offsets.mp4"),
    include_bytes!("seeds/trimmed.mp4"),
    include_bytes!("seeds/index_last.mov"),
];

#[test]
fn the_index_of_what_an_encoder_writes_is_put_first() {
    for file in INDEX_LAST {
        let first = put_index_first(file).expect("its index is last");
        assert!(cut_into_segments(&first).is_some());
    }
    assert_eq!(put_index_first(DEMO_CLIP), None);
}

#[test]
fn what_an_encoder_writes_is_cut_into_segments() {
    let [sound, quick, offsets, trimmed, short] = INDEX_LAST.map(|file| {
        let (rendition, _) = cut_into_segments(file).expect("it is H.264 and AAC");
        let segments: Vec<_> = (rendition.segments.iter())
            .map(|segment| segment.duration * 1000 / u64::from(rendition.per_second))
            .collect();
        (segments, rendition.frames, rendition.codecs)
    });
    let both = "avc1.64000A,mp4a.40.2".to_owned();
    assert_eq!(sound, (vec![3000, 3000, 1000], 21, both.clone()));
    assert_eq!(quick, sound);
    assert_eq!(
        offsets,
        (vec![3000, 3000, 1000], 21, "avc1.64000A".to_owned())
    );
    // It begins in the middle of its first segment, half a key frame's distance behind the key frame.
    assert_eq!(trimmed, (vec![1500, 3000, 333], 19, both));
    assert_eq!(short, (vec![1000], 5, "avc1.42C00A".to_owned()));
}

#[test]
fn what_is_neither_h264_nor_whole_is_not_cut() {
    for file in [
        Movie::default().file(),
        include_bytes!("seeds/vp8.webm").to_vec(),
    ] {
        assert!(cut_into_segments(&file).is_none());
    }
    let whole = INDEX_LAST[0];
    for length in (0..whole.len()).step_by(7) {
        assert!(cut_into_segments(&whole[..length]).is_none(), "{length}");
        assert!(put_index_first(&whole[..length]).is_none(), "{length}");
    }
}

/// The file with a word of a table replaced, so many words behind its name.
fn with_word(kind: &[u8], behind: usize, word: u32) -> Vec<u8> {
    let mut file = INDEX_LAST[0].to_vec();
    let found = file.windows(4).position(|window| window == kind).unwrap();
    let at = found + 4 * (1 + behind);
    file[at..at + 4].copy_from_slice(&word.to_be_bytes());
    file
}

#[test]
fn tables_that_lie_are_refused() {
    for (kind, behind, word) in [
        (b"stsz", 2, u32::MAX),
        (b"stsz", 2, 4_000_001),
        (b"stsz", 1, 1 << 20),
        (b"stsz", 3, 1 << 30),
        (b"stts", 1, u32::MAX),
        (b"stts", 1, 0),
        (b"stts", 2, 1),
        (b"stts", 3, u32::MAX),
        (b"stts", 3, i32::MAX as u32),
        (b"ctts", 1, u32::MAX),
        (b"ctts", 3, 1 << 30),
        (b"ctts", 3, 1 << 31),
        (b"stsc", 1, u32::MAX),
        (b"stsc", 2, 2),
        (b"stsc", 3, 0),
        (b"stco", 1, 0),
        (b"stco", 2, u32::MAX),
        (b"elst", 2, u32::MAX - 1),
        (b"elst", 3, u32::MAX - 1),
        (b"elst", 4, 2 << 16),
        (b"mdhd", 3, 0),
        (b"mdhd", 3, 1),
        (b"stss", 1, u32::MAX),
    ] {
        let file = with_word(kind, behind, word);
        let name = String::from_utf8_lossy(kind);
        // Another word may be one that only makes it odd; what is promised of any result holds then.
        if let Some((rendition, _)) = cut_into_segments(&file) {
            assert!(
                matches!(&kind[..], b"elst" | b"mdhd"),
                "{name} {behind} {word}: {rendition:?}"
            );
        }
    }
}

#[test]
fn what_fuzzing_found_is_recognised_and_rewritten_as_promised_or_refused() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recognise/found");
    for entry in std::fs::read_dir(folder).unwrap() {
        let file = std::fs::read(entry.unwrap().path()).unwrap();
        let _recognised_or_refused = recognise_bytes(&file);
        let _first_or_as_it_is = put_index_first(&file);
        let _cut_or_refused = cut_into_segments(&file);
    }
}
