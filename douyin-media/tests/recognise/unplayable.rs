use douyin_media::NotAVideo;

use crate::counting::refusal;
use crate::movie::{Fragment, FragmentSizes, Movie, boxed};

#[test]
fn a_movie_without_pictures_is_refused() {
    let movie = Movie::default();
    for (what, file) in [
        (
            "sound only",
            Movie {
                handler: "soun",
                ..movie.clone()
            }
            .file(),
        ),
        (
            "subtitles only",
            Movie {
                handler: "text",
                ..movie.clone()
            }
            .file(),
        ),
        (
            "no track",
            Movie {
                tracks: 0,
                ..movie.clone()
            }
            .file(),
        ),
        (
            "no samples",
            Movie {
                samples: 0,
                declared_samples: 0,
                ..movie.clone()
            }
            .file(),
        ),
        (
            "still pictures",
            Movie {
                format: "jpeg",
                ..movie.clone()
            }
            .file(),
        ),
        (
            "encrypted",
            Movie {
                format: "encv",
                ..movie.clone()
            }
            .file(),
        ),
        (
            "no size",
            Movie {
                width: 0,
                height: 0,
                shown: (0, 0),
                ..movie.clone()
            }
            .file(),
        ),
        (
            "fragments of another track",
            Movie {
                samples: 0,
                declared_samples: 0,
                fragment: Some(Fragment {
                    track: 2,
                    samples: 5,
                    sizes: FragmentSizes::Run,
                }),
                ..movie.clone()
            }
            .file(),
        ),
        (
            "empty fragments",
            Movie {
                samples: 0,
                declared_samples: 0,
                fragment: Some(Fragment {
                    track: 1,
                    samples: 0,
                    sizes: FragmentSizes::Run,
                }),
                ..movie.clone()
            }
            .file(),
        ),
    ] {
        assert!(matches!(refusal(&file), NotAVideo::NoVideo(_)), "{what}");
    }
}

#[test]
fn a_movie_that_lacks_a_part_or_has_it_twice_is_refused() {
    let movie = Movie::default();
    for (what, file) in [
        ("no index", [movie.file_type(), movie.media_data()].concat()),
        ("two indexes", [movie.file(), movie.index()].concat()),
        ("no media data", [movie.file_type(), movie.index()].concat()),
        (
            "empty media data",
            Movie {
                data: Vec::new(),
                ..movie.clone()
            }
            .file(),
        ),
        (
            "a table that is longer than its box",
            Movie {
                declared_samples: 4,
                ..movie.clone()
            }
            .file(),
        ),
        (
            "a compact table that is longer than its box",
            Movie {
                declared_samples: 5,
                compact_sizes: true,
                ..movie.clone()
            }
            .file(),
        ),
        (
            "a table of 2^32 - 1 samples",
            Movie {
                declared_samples: u32::MAX,
                ..movie.clone()
            }
            .file(),
        ),
        (
            "samples behind the end",
            Movie {
                chunk_place: Some(1 << 20),
                ..movie.clone()
            }
            .file(),
        ),
        (
            "samples behind the end, in 64 bits",
            Movie {
                chunk_place: Some(1 << 20),
                wide_places: true,
                ..movie.clone()
            }
            .file(),
        ),
        (
            "no unit of time",
            Movie {
                time_unit: 0,
                ..movie.clone()
            }
            .file(),
        ),
    ] {
        assert!(matches!(refusal(&file), NotAVideo::Malformed(_)), "{what}");
    }
}

#[test]
fn media_that_lies_outside_of_the_file_is_refused() {
    let elsewhere = Movie {
        data_flags: 0,
        ..Movie::default()
    };
    assert_eq!(refusal(&elsewhere.file()), NotAVideo::ExternalData);
    let sound = Movie {
        data_flags: 0,
        handler: "soun",
        ..Movie::default()
    };
    let extra = sound.index()[8 + 108..].to_vec();
    let second_track = Movie {
        extra,
        ..Movie::default()
    };
    assert_eq!(refusal(&second_track.file()), NotAVideo::ExternalData);
    let other_movies = Movie {
        extra: boxed("rmra", b""),
        ..Movie::default()
    };
    assert_eq!(refusal(&other_movies.file()), NotAVideo::ExternalData);
}
