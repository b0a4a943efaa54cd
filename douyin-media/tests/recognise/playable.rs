use std::fs::File;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::time::Duration;

use douyin_media::{Container, DEMO_CLIP, IndexPlace, VideoInfo, VideoLimits, recognise};

use crate::counting::{Counting, recognise_bytes};
use crate::movie::{Fragment, FragmentSizes, Movie, boxed, large, lying};

const EXPECTED: VideoInfo = VideoInfo {
    container: Container::Mp4,
    width: 640,
    height: 360,
    duration: Some(Duration::from_millis(2500)),
    plays_everywhere: false,
    index: IndexPlace::First,
};

#[test]
fn the_demonstration_clip_is_a_video() {
    let clip = recognise_bytes(DEMO_CLIP).unwrap();
    assert_eq!(
        (clip.container, clip.width, clip.height),
        (Container::Mp4, 360, 640)
    );
    assert_eq!(clip.duration, Some(Duration::from_secs(2)));
}

#[test]
fn what_an_encoder_writes_is_a_video() {
    let second = Some(Duration::from_secs(1));
    let seeds: [(&[u8], _, _, _); 4] = [
        (
            include_bytes!("seeds/index_last.mov"),
            Container::Mov,
            second,
            IndexPlace::Last,
        ),
        (
            include_bytes!("seeds/fragmented.mp4"),
            Container::Mp4,
            second,
            IndexPlace::Fragments,
        ),
        (
            include_bytes!("seeds/vp8.webm"),
            Container::WebM,
            second,
            IndexPlace::First,
        ),
        (
            include_bytes!("seeds/vp9_live.webm"),
            Container::WebM,
            None,
            IndexPlace::First,
        ),
    ];
    for (file, container, duration, index) in seeds {
        let expected = VideoInfo {
            container,
            width: 48,
            height: 32,
            duration,
            plays_everywhere: container == Container::Mp4,
            index,
        };
        assert_eq!(recognise_bytes(file).unwrap(), expected);
    }
}

#[test]
fn an_mp4_says_what_it_is() {
    assert_eq!(recognise_bytes(&Movie::default().file()).unwrap(), EXPECTED);
}

#[test]
fn quicktime_is_told_by_its_brand() {
    let movie = Movie {
        brand: "qt  ",
        ..Movie::default()
    };
    let info = recognise_bytes(&movie.file()).unwrap();
    assert_eq!(
        info,
        VideoInfo {
            container: Container::Mov,
            ..EXPECTED
        }
    );
}

#[test]
fn the_index_may_stand_at_the_end() {
    let movie = Movie::default();
    let place = u32::try_from(movie.file_type().len() + 8).unwrap();
    let file = [movie.file_type(), movie.media_data(), movie.index_of(place)].concat();
    let expected = VideoInfo {
        index: IndexPlace::Last,
        ..EXPECTED
    };
    assert_eq!(recognise_bytes(&file).unwrap(), expected);
}

#[test]
fn a_turned_video_is_as_wide_as_it_is_shown() {
    let movie = Movie {
        quarter_turned: true,
        ..Movie::default()
    };
    let info = recognise_bytes(&movie.file()).unwrap();
    assert_eq!((info.width, info.height), (360, 640));
}

#[test]
fn the_coded_size_counts_where_none_is_shown() {
    let movie = Movie {
        shown: (0, 0),
        ..Movie::default()
    };
    assert_eq!(recognise_bytes(&movie.file()).unwrap(), EXPECTED);
}

#[test]
fn a_duration_may_be_left_open() {
    for duration in [0, u32::MAX] {
        let movie = Movie {
            duration,
            ..Movie::default()
        };
        assert_eq!(recognise_bytes(&movie.file()).unwrap().duration, None);
    }
}

#[test]
fn every_format_that_players_know_is_taken() {
    for format in ["avc1", "hvc1", "hev1", "vp09", "av01", "mp4v"] {
        let movie = Movie {
            format,
            ..Movie::default()
        };
        assert_eq!(recognise_bytes(&movie.file()).unwrap(), EXPECTED);
    }
}

#[test]
fn tables_may_be_compact_or_wide() {
    for (compact_sizes, wide_places) in [(true, false), (false, true), (true, true)] {
        let movie = Movie {
            compact_sizes,
            wide_places,
            ..Movie::default()
        };
        assert_eq!(recognise_bytes(&movie.file()).unwrap(), EXPECTED);
    }
}

#[test]
fn a_fragmented_video_has_its_samples_in_fragments() {
    for sizes in [
        FragmentSizes::Run,
        FragmentSizes::Header,
        FragmentSizes::Index,
    ] {
        let movie = Movie {
            samples: 0,
            declared_samples: 0,
            fragment: Some(Fragment {
                track: 1,
                samples: 5,
                sizes,
            }),
            ..Movie::default()
        };
        let expected = VideoInfo {
            index: IndexPlace::Fragments,
            ..EXPECTED
        };
        assert_eq!(recognise_bytes(&movie.file()).unwrap(), expected);
    }
}

#[test]
fn unknown_boxes_a_last_box_without_size_and_left_over_zeros_do_no_harm() {
    let movie = Movie {
        extra: [boxed("udta", &[0; 4]), boxed("what", b"ever"), vec![0; 4]].concat(),
        ..Movie::default()
    };
    let start = [movie.file_type(), boxed("uuid", &[9; 40])].concat();
    for (data, header) in [
        (lying("mdat", 0, &[7; 300]), 8),
        ([large("mdat", 316, &[7; 300]), vec![0; 7]].concat(), 16),
    ] {
        let place = start.len() + movie.index_of(0).len() + header;
        let index = movie.index_of(u32::try_from(place).unwrap());
        let file = [start.clone(), index, data].concat();
        assert_eq!(recognise_bytes(&file).unwrap(), EXPECTED);
    }
}

#[test]
fn half_a_gigabyte_of_media_data_is_not_read() {
    let movie = Movie::default();
    let data = 600_u64 << 20;
    let mut file = tempfile::tempfile().unwrap();
    let begin = [movie.file_type(), large("mdat", data + 16, &[])].concat();
    file.write_all(&begin).unwrap();
    file.seek(SeekFrom::Current(data.try_into().unwrap()))
        .unwrap();
    file.write_all(&movie.index_of(begin.len().try_into().unwrap()))
        .unwrap();
    let mut reader = Counting::<&File>::new(&file);
    let expected = VideoInfo {
        index: IndexPlace::Last,
        ..EXPECTED
    };
    assert_eq!(
        recognise(&mut reader, &VideoLimits::default()).unwrap(),
        expected
    );
    assert!(reader.reads < 100, "{} reads", reader.reads);
}
