use std::io::Cursor;

use super::plan::Plan;
use super::*;
use crate::{IndexPlace, recognise};

const INDEX_LAST: &[u8] = include_bytes!("../../tests/recognise/seeds/index_last.mov");

fn write(file: &[u8], widest: u32) -> Option<Vec<u8>> {
    let limits = VideoLimits::default();
    let mut input = Input::new(Cursor::new(file), limits.boxes).unwrap();
    let plan = Plan::of(&mut input, widest).unwrap()?;
    let mut written = Vec::new();
    plan.write(&mut input, &mut written).unwrap();
    Some(written)
}

/// The contents of the first box of a kind.
fn table<'f>(file: &'f [u8], kind: &[u8]) -> Option<&'f [u8]> {
    let at = file.windows(4).position(|window| window == kind)?;
    let size = u32::from_be_bytes(file[at - 4..at].try_into().unwrap());
    Some(&file[at + 4..at - 4 + size as usize])
}

fn places(file: &[u8]) -> Vec<usize> {
    let number = |bytes: &[u8]| {
        bytes
            .iter()
            .fold(0, |number, byte| number << 8 | usize::from(*byte))
    };
    let (table, width) = match table(file, b"stco") {
        Some(table) => (table, 4),
        None => (table(file, b"co64").unwrap(), 8),
    };
    let places: Vec<_> = table[8..].chunks(width).map(number).collect();
    assert_eq!(places.len(), number(&table[4..8]));
    places
}

#[test]
fn chunks_are_found_where_they_went_also_in_a_table_that_had_to_grow() {
    let before = places(INDEX_LAST);
    for (widest, growth) in [(u32::MAX, 0), (100, 4 * before.len())] {
        let written = write(INDEX_LAST, widest).unwrap();
        assert_eq!(written.len(), INDEX_LAST.len() + growth);
        assert_eq!(table(&written, b"co64").is_some(), growth > 0);
        let info = recognise(Cursor::new(&written), &VideoLimits::default()).unwrap();
        assert_eq!(info.index, IndexPlace::First);
        let after = places(&written);
        assert_eq!(after.len(), before.len());
        for (before, after) in before.iter().zip(after) {
            assert_eq!(written[after..][..40], INDEX_LAST[*before..][..40]);
        }
    }
}

#[test]
fn a_place_between_what_moves_leaves_the_file_as_it_is() {
    let at = INDEX_LAST
        .windows(4)
        .position(|window| window == b"stco")
        .unwrap()
        + 12;
    for place in [
        0,
        3,
        u32::try_from(INDEX_LAST.len()).unwrap() + 1,
        u32::try_from(at).unwrap(),
    ] {
        let mut file = INDEX_LAST.to_vec();
        file[at..at + 4].copy_from_slice(&place.to_be_bytes());
        assert_eq!(write(&file, u32::MAX), None, "{place}");
    }
}

/// A box with these contents.
fn holding(kind: [u8; 4], contents: &[&[u8]]) -> Vec<u8> {
    let contents = contents.concat();
    let size = u32::try_from(contents.len() + 8).unwrap();
    [&size.to_be_bytes(), &kind[..], &contents].concat()
}

/// A file of such an index behind media data.
fn with_index(index: &[&[u8]]) -> Vec<u8> {
    let first = [
        holding(*b"ftyp", &[b"isom"]),
        holding(*b"mdat", &[b"media"]),
    ];
    [&first.concat()[..], &holding(*b"moov", index)].concat()
}

#[test]
fn user_data_that_names_places_leaves_the_file_as_it_is() {
    for (inside, is_moved) in [("ilst", true), ("iloc", false)] {
        let inside = holding(inside.as_bytes().try_into().unwrap(), &[]);
        let user_data = holding(*b"udta", &[&holding(*b"meta", &[b"\0\0\0\0", &inside])]);
        let of_a_track = holding(*b"trak", &[&user_data]);
        for data in [user_data, of_a_track] {
            let written = write(&with_index(&[&data]), u32::MAX);
            assert_eq!(written.is_some(), is_moved, "{inside:?}");
        }
    }
}

#[test]
fn tables_that_are_half_of_what_may_be_read_are_moved() {
    const CHUNKS: u32 = 5 << 20;
    let places = 12_u32.to_be_bytes().repeat(CHUNKS as usize);
    let mut index = holding(*b"stco", &[&[0; 4], &CHUNKS.to_be_bytes(), &places]);
    for kind in [*b"stbl", *b"minf", *b"mdia", *b"trak"] {
        index = holding(kind, &[&index]);
    }
    let file = with_index(&[&index]);
    let mut written = Vec::new();
    let is_moved = fast_start(Cursor::new(&file), &mut written, &VideoLimits::default());
    assert!(is_moved.unwrap());
    assert_eq!(written.len(), file.len());
}
