//! Random files, and real ones with random damage: whatever comes in, recognising it ends, within its bounds, without a
//! panic ([`recognise_bytes`] checks the bounds).

use douyin_media::DEMO_CLIP;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::counting::recognise_bytes;
use crate::fragments::FRAGMENTED;
use crate::movie::{Fragment, FragmentSizes, Movie};
use crate::rewriting::{cut_into_segments, put_index_first};
use crate::segments::INDEX_LAST;

/// What is done to a file.
#[derive(Debug, Clone)]
enum Damage {
    Set(Index, u8),
    /// Sizes and counts are four bytes; these are the values that break things.
    SetWord(Index, u32),
    Cut(Index),
    Remove(Index, usize),
    Repeat(Index, usize),
    Insert(Index, Vec<u8>),
}

fn damage() -> impl Strategy<Value = Damage> {
    let word = prop_oneof![
        Just(0),
        Just(1),
        Just(7),
        Just(8),
        Just(16),
        Just(u32::MAX),
        Just(0x7FFF_FFFF),
        Just(0x8000_0000),
        any::<u32>()
    ];
    prop_oneof![
        4 => (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Damage::Set(at, byte)),
        4 => (any::<Index>(), word).prop_map(|(at, word)| Damage::SetWord(at, word)),
        1 => any::<Index>().prop_map(Damage::Cut),
        1 => (any::<Index>(), 1..64_usize).prop_map(|(at, length)| Damage::Remove(at, length)),
        1 => (any::<Index>(), 1..512_usize).prop_map(|(at, length)| Damage::Repeat(at, length)),
        1 => (any::<Index>(), proptest::collection::vec(any::<u8>(), 1..64)).prop_map(|(at, bytes)| Damage::Insert(at, bytes)),
    ]
}

fn apply(file: &mut Vec<u8>, damage: Damage) {
    if file.is_empty() {
        return;
    }
    let end_of = |start: usize, length: usize, file: &[u8]| (start + length).min(file.len());
    match damage {
        Damage::Set(at, byte) => {
            let at = at.index(file.len());
            file[at] = byte;
        }
        Damage::SetWord(at, word) => {
            let at = at.index(file.len());
            let end = end_of(at, 4, file);
            file[at..end].copy_from_slice(&word.to_be_bytes()[..end - at]);
        }
        Damage::Cut(at) => file.truncate(at.index(file.len())),
        Damage::Remove(at, length) => {
            let at = at.index(file.len());
            file.drain(at..end_of(at, length, file));
        }
        Damage::Repeat(at, length) => {
            let at = at.index(file.len());
            let piece = file[at..end_of(at, length, file)].to_vec();
            file.splice(at..at, piece);
        }
        Damage::Insert(at, bytes) => {
            let at = at.index(file.len());
            file.splice(at..at, bytes);
        }
    }
}

fn seeds() -> Vec<Vec<u8>> {
    let fragmented = Movie {
        samples: 0,
        declared_samples: 0,
        fragment: Some(Fragment {
            track: 1,
            samples: 5,
            sizes: FragmentSizes::Run,
        }),
        ..Movie::default()
    };
    vec![
        DEMO_CLIP.to_vec(),
        Movie {
            tracks: 3,
            ..Movie::default()
        }
        .file(),
        Movie {
            compact_sizes: true,
            wide_places: true,
            ..Movie::default()
        }
        .file(),
        fragmented.file(),
        crate::webm::sample(true),
        crate::webm::sample(false),
        FRAGMENTED[0].to_vec(),
    ]
}

/// What the formats begin with, so that random bytes come further than that.
const STARTS: [&[u8]; 3] = [
    b"",
    b"\0\0\0\x10ftypisom\0\0\0\0",
    b"\x1A\x45\xDF\xA3\x87\x42\x82\x84webm",
];

proptest! {
    // Three seconds in all without optimisation.
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn a_damaged_video_is_recognised_or_refused(
        seed in any::<Index>(),
        damage in proptest::collection::vec(damage(), 1..8),
    ) {
        let seeds = seeds();
        let mut file = seeds[seed.index(seeds.len())].clone();
        for damage in damage {
            apply(&mut file, damage);
        }
        let _recognised_or_refused = recognise_bytes(&file);
    }

    #[test]
    fn random_bytes_are_refused_or_recognised(
        start in prop::sample::select(&STARTS[..]),
        bytes in proptest::collection::vec(any::<u8>(), 0..2000),
    ) {
        let _recognised_or_refused = recognise_bytes(&[start, &bytes].concat());
    }

    #[test]
    fn a_damaged_video_is_rewritten_as_promised_or_not_at_all(
        seed in prop::sample::select([&INDEX_LAST[..], &FRAGMENTED[..]].concat()),
        damage in proptest::collection::vec(damage(), 1..4),
    ) {
        let mut file = seed.to_vec();
        for damage in damage {
            apply(&mut file, damage);
        }
        let _first_or_as_it_is = put_index_first(&file);
        let _cut_or_refused = cut_into_segments(&file);
    }
}
