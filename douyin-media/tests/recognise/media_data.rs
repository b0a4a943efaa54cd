//! The samples that a file names must be in media data that is there.

use std::io::Cursor;

use douyin_media::{NotAVideo, VideoLimits, recognise};

use crate::counting::{Counting, recognise_bytes, refusal};
use crate::movie::{Fragment, FragmentSizes, Movie, boxed};

const CUT_SHORT: NotAVideo = NotAVideo::Malformed("its media data is cut short");
const BESIDE: NotAVideo = NotAVideo::Malformed("its index points beside its media data");

#[test]
fn media_data_that_is_shorter_than_its_samples_is_refused() {
    // Three samples of 100 bytes, or of 7.
    for (compact_sizes, needed) in [(false, 300), (true, 21)] {
        for (there, refused) in [(8, true), (needed - 1, true), (needed, false)] {
            let movie = Movie {
                compact_sizes,
                data: vec![7; there],
                ..Movie::default()
            };
            let result = recognise_bytes(&movie.file());
            assert_eq!(result.is_err(), refused, "{there} of {needed}: {result:?}");
            if refused {
                assert_eq!(refusal(&movie.file()), CUT_SHORT);
            }
        }
    }
}

#[test]
fn chunks_that_lie_in_another_box_are_refused() {
    let movie = Movie::default();
    for wide_places in [false, true] {
        let movie = Movie {
            wide_places,
            ..movie.clone()
        };
        let data = movie.file().len() - 300;
        for (what, place) in [
            ("the file type", 8),
            ("the index", movie.file_type().len() + 8),
            ("the header of the media data", data - 1),
            ("too near to the end of the media data", data + 1),
            ("the last byte", data + 299),
        ] {
            let spoiled = Movie {
                chunk_place: Some(u32::try_from(place).unwrap()),
                ..movie.clone()
            };
            assert_eq!(refusal(&spoiled.file()), BESIDE, "{what}");
        }
    }
}

#[test]
fn a_chunk_that_lies_in_a_free_box_is_refused_though_there_is_enough_media_data() {
    let movie = Movie::default();
    let in_free = u32::try_from(movie.file_type().len() + movie.index().len() + 8).unwrap();
    let file = |first, second| {
        [
            movie.file_type(),
            movie.index_of(in_free),
            boxed(first, &[7; 300]),
            boxed(second, &[7; 300]),
        ]
        .concat()
    };
    assert!(recognise_bytes(&file("mdat", "free")).is_ok());
    assert_eq!(refusal(&file("free", "mdat")), BESIDE);
}

#[test]
fn samples_that_have_no_bytes_are_no_pictures() {
    let file = Movie::default().file();
    let sizes = file.windows(4).position(|kind| kind == b"stsz").unwrap() + 16;
    let mut empty = file;
    empty[sizes..sizes + 12].fill(0);
    assert!(matches!(refusal(&empty), NotAVideo::NoVideo(_)));
}

#[test]
fn samples_of_one_size_that_are_too_many_are_refused() {
    let file = Movie::default().file();
    let size = file.windows(4).position(|kind| kind == b"stsz").unwrap() + 8;
    for (each, there) in [(100_u32, true), (101, false), (u32::MAX, false)] {
        let mut alike = file.clone();
        alike[size..size + 4].copy_from_slice(&each.to_be_bytes());
        if there {
            assert!(recognise_bytes(&alike).is_ok());
        } else {
            assert_eq!(refusal(&alike), CUT_SHORT);
        }
    }
}

#[test]
fn a_fragment_whose_media_data_does_not_follow_is_refused() {
    for sizes in [
        FragmentSizes::Run,
        FragmentSizes::Header,
        FragmentSizes::Index,
    ] {
        // Five samples of 60 bytes.
        let with = |there: usize| Movie {
            samples: 0,
            declared_samples: 0,
            fragment: Some(Fragment {
                track: 1,
                samples: 5,
                sizes,
            }),
            data: vec![7; there],
            ..Movie::default()
        };
        assert!(recognise_bytes(&with(300).file()).is_ok());
        assert_eq!(refusal(&with(299).file()), CUT_SHORT);
        // Enough, but behind the next fragment.
        let next = [with(8).file(), with(1000).media_data()].concat();
        assert_eq!(refusal(&next), CUT_SHORT);
    }
}

#[test]
fn a_table_of_a_million_sizes_is_read_in_large_pieces() {
    let movie = Movie {
        samples: 1_000_000,
        declared_samples: 1_000_000,
        data: vec![7; 1_000_000],
        ..Movie::default()
    };
    let mut file = movie.file();
    let sizes = file.windows(4).position(|kind| kind == b"stsz").unwrap() + 16;
    for size in file[sizes..sizes + 4_000_000].chunks_mut(4) {
        size.copy_from_slice(&1_u32.to_be_bytes());
    }
    let mut reader = Counting::new(Cursor::new(&file));
    recognise(&mut reader, &VideoLimits::default()).unwrap();
    assert!(reader.reads < 1400, "{} reads", reader.reads);
    file[sizes + 3_999_999] = 2;
    assert_eq!(refusal(&file), CUT_SHORT);
}

#[test]
fn more_sizes_than_are_read_are_refused() {
    let movie = Movie {
        samples: 13_000_000,
        declared_samples: 13_000_000,
        ..Movie::default()
    };
    assert_eq!(refusal(&movie.file()), NotAVideo::Excessive("structure"));
}
