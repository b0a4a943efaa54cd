//! Videos in fragments: how long they play, what is cut of them, and how they may lie.

use std::io::Cursor;
use std::time::Duration;

use douyin_media::{IndexPlace, NotAVideo, ProbeError, VideoLimits, recognise};

use crate::counting::{recognise_bytes, refusal};
use crate::movie::boxed;
use crate::rewriting::cut_into_segments;

/// Of Chromium, four and a half seconds with a key frame every second.
const RECORDED: &[u8] = include_bytes!("seeds/recorded.mp4");
/// Pictures and sound, placed from the beginning of their fragment on.
const FRAGMENTS: &[u8] = include_bytes!("seeds/fragments.mp4");
/// Pictures and sound that follow one another without a place, the first of them in an index.
const BEHIND_INDEX: &[u8] = include_bytes!("seeds/behind_index.mp4");

pub(crate) const FRAGMENTED: [&[u8]; 4] = [
    RECORDED,
    FRAGMENTS,
    BEHIND_INDEX,
    include_bytes!("seeds/fragmented.mp4"),
];

#[test]
fn fragments_are_cut_into_segments() {
    let [recorded, fragments, behind_index, short] = FRAGMENTED.map(|file| {
        let (rendition, _) = cut_into_segments(file).expect("it is H.264 and AAC");
        let segments: Vec<_> = (rendition.segments.iter())
            .map(|segment| segment.duration * 1000 / u64::from(rendition.per_second))
            .collect();
        (segments, rendition.frames, rendition.codecs)
    });
    assert_eq!(recorded, (vec![3589, 433], 18, "avc1.42C00A".to_owned()));
    let both = "avc1.64000A,mp4a.40.2".to_owned();
    assert_eq!(fragments, (vec![3666, 3000, 1000], 21, both.clone()));
    assert_eq!(behind_index, (vec![3666, 1666], 14, both));
    assert_eq!(short, (vec![1000], 5, "avc1.42C00A".to_owned()));
}

#[test]
fn fragments_play_as_long_as_they_are_though_the_index_does_not_say_so() {
    let duration = |file| {
        let millis = recognise_bytes(file).unwrap().duration.unwrap().as_millis();
        u64::try_from(millis).unwrap()
    };
    assert_eq!(FRAGMENTED.map(duration), [4023, 7666, 4762, 1000]);
    for file in FRAGMENTED {
        let (mut limits, all) = (VideoLimits::default(), duration(file));
        limits.duration = Duration::from_millis(all + 1);
        assert!(recognise(Cursor::new(file), &limits).is_ok());
        limits.duration = Duration::from_millis(all - 1);
        let refused = recognise(Cursor::new(file), &limits);
        assert!(
            matches!(
                refused,
                Err(ProbeError::Refused(NotAVideo::Excessive("duration")))
            ),
            "{refused:?}"
        );
    }
}

#[test]
fn a_fragment_that_begins_too_late_is_too_long() {
    for (begins, refused) in [
        (0x10_0000_u64, false),
        (1 << 32, true),
        (1 << 54, true),
        (u64::MAX, true),
    ] {
        let mut late = RECORDED.to_vec();
        let time = last(&late, *b"tfdt") + 8;
        late[time..time + 8].copy_from_slice(&begins.to_be_bytes());
        assert_eq!(recognise_bytes(&late).is_err(), refused, "{begins}");
        assert_eq!(cut_into_segments(&late).is_none(), refused, "{begins}");
        if refused {
            assert_eq!(refusal(&late), NotAVideo::Excessive("duration"));
        }
    }
}

/// Where the last box of a kind has its type.
fn last(file: &[u8], kind: [u8; 4]) -> usize {
    file.windows(4).rposition(|window| window == kind).unwrap()
}

#[test]
fn fragments_that_lie_are_not_cut() {
    for (kind, behind, word) in [
        // Their count, place and first size.
        (b"trun", 2, u32::MAX),
        (b"trun", 2, 4),
        (b"trun", 3, i32::MAX.cast_unsigned()),
        (b"trun", 3, i32::MIN.cast_unsigned()),
        (b"trun", 6, u32::MAX),
        (b"trun", 6, 2500),
        // Backwards.
        (b"trun", 5, 1 << 31),
        (b"tfdt", 3, 0),
        // From the end of the file on.
        (b"tfhd", 1, 0x1),
    ] {
        let mut file = RECORDED.to_vec();
        let at = last(&file, *kind) + 4 * behind;
        file[at..at + 4].copy_from_slice(&word.to_be_bytes());
        let name = String::from_utf8_lossy(kind);
        let _recognised_or_refused = recognise_bytes(&file);
        assert!(cut_into_segments(&file).is_none(), "{name} {behind} {word}");
    }
}

#[test]
fn samples_without_bytes_are_few_or_refused() {
    // Of a default size of 0, 2^32 - 1 of them take no place.
    let run = boxed("trun", &[[0; 4], [0xFF; 4]].concat());
    let header = boxed("tfhd", &[[0, 2, 0, 0], [0, 0, 0, 1]].concat());
    let track = boxed("traf", &[header, run].concat());
    let many = [RECORDED, &boxed("moof", &track)].concat();
    assert!(cut_into_segments(&many).is_none());
}

#[test]
fn fragments_that_have_nothing_cost_little() {
    let empty = boxed("moof", &boxed("traf", &[]));
    for (count, refused) in [(10_000, false), (110_000, true)] {
        let file = [RECORDED, &empty.repeat(count)].concat();
        assert_eq!(recognise_bytes(&file).is_err(), refused, "{count}");
        assert!(cut_into_segments(&file).is_some(), "{count}");
    }
}

/// A run of a track, with the fields of each sample by their flags, and their words.
struct Run {
    track: u8,
    begins: u64,
    samples: u16,
    fields: u8,
    words: Vec<[u8; 4]>,
}

fn fragment(runs: &[Run]) -> Vec<u8> {
    let tracks = runs.iter().flat_map(|run| {
        let [high, low] = run.samples.to_be_bytes();
        let header = boxed("tfhd", &[0, 2, 0, 0, 0, 0, 0, run.track]);
        let begins = run.begins.to_be_bytes();
        let time = boxed("tfdt", &[&[1, 0, 0, 0], &begins[..]].concat());
        // Behind this very fragment, where it has one sample.
        let start = [[0, 0, run.fields, 1], [0, 0, high, low], [0, 0, 0, 108]];
        let run = boxed("trun", &[&start[..], &run.words].concat().concat());
        boxed("traf", &[header, time, run].concat())
    });
    let number = boxed("mfhd", &[0; 8]);
    boxed(
        "moof",
        &number.into_iter().chain(tracks).collect::<Vec<_>>(),
    )
}

#[test]
fn half_an_hour_with_a_fragment_per_frame_is_recognised_and_cut() {
    let mut file = RECORDED[..last(RECORDED, *b"moof") - 4].to_vec();
    for number in 0..54_000 {
        // For a thirtieth of a second, of 32 bytes, and no key frame.
        let words = vec![[0, 0, 3, 232], [0, 0, 0, 32], [0, 1, 0, 0]];
        file.extend(fragment(&[Run {
            track: 1,
            begins: 108_000 + number * 1000,
            samples: 1,
            fields: 7,
            words,
        }]));
        file.extend(boxed("mdat", &[7; 32]));
    }
    let info = recognise_bytes(&file).unwrap();
    assert_eq!(info.duration.map(|length| length.as_secs()), Some(1803));
    let (rendition, _) = cut_into_segments(&file).unwrap();
    assert_eq!(rendition.frames, 54_015);
}

#[test]
fn six_hours_of_sixty_pictures_a_second_and_sound_are_recognised() {
    let mut file = FRAGMENTS[..last(FRAGMENTS, *b"mfra") - 4].to_vec();
    let run = |track, samples, fields: u8| Run {
        track,
        begins: 1 << 17,
        samples,
        fields,
        words: vec![[0, 0, 0, 1]; usize::from(samples) * fields.count_ones() as usize],
    };
    // Two seconds each, of pictures with all that can be said of them.
    let two_seconds = fragment(&[run(1, 120, 15), run(2, 94, 3)]);
    let two_seconds = [two_seconds, boxed("mdat", &[7; 214])].concat();
    file.extend(two_seconds.repeat(10_800));
    assert_eq!(recognise_bytes(&file).unwrap().index, IndexPlace::Fragments);
}
