use std::io::{Read, Seek};
use std::time::Duration;

use super::boxes::{Part, Parts};
use super::fragment::Defaults;
use super::fragments::{Fragments, Timeline};
use super::input::Input;
use super::track::{self, Kind, VideoTrack};
use super::{
    Container, IndexPlace, NotAVideo, Playable, Recognised, Result, VideoInfo, VideoLimits,
    duration_of, media_data, nesting,
};

/// What `moov` says.
struct Movie {
    duration: Option<Duration>,
    videos: Vec<VideoTrack>,
    /// Whether every client plays the sound, where there is any.
    sound_plays_everywhere: bool,
    /// Where there may be any.
    fragments: Option<Fragments>,
}

/// Walks the boxes of an MP4 or MOV that begins with `ftyp`.
pub(super) fn recognise<R: Read + Seek>(
    input: &mut Input<R>,
    limits: &VideoLimits,
) -> Result<Recognised> {
    let (mut movie, mut container) = (None::<Movie>, Container::Mp4);
    let mut media_bytes = 0;
    let mut index = IndexPlace::First;
    let mut parts = Parts::of_file(input.len());
    while let Some(part) = parts.next(input)? {
        match &part.kind {
            b"ftyp" => container = container_of(input, &part)?,
            b"moov" if movie.is_some() => {
                return Err(NotAVideo::Malformed("it has two indexes").into());
            }
            b"moov" => {
                movie = Some(read_movie(input, &part, limits)?);
                if media_bytes > 0 {
                    index = IndexPlace::Last;
                }
            }
            b"mdat" => media_bytes += part.len(),
            b"moof" => {
                index = IndexPlace::Fragments;
                if let Some(movie) = &mut movie
                    && let Some(fragments) = &mut movie.fragments
                {
                    let fragment = (&part, parts.clone());
                    fragments.read(input, fragment, &movie.videos, limits)?;
                }
            }
            _ => {}
        }
    }
    let Some(movie) = movie else {
        return Err(NotAVideo::Malformed("it has no index").into());
    };
    if media_bytes == 0 {
        return Err(NotAVideo::Malformed("it has no media data").into());
    }
    media_data::check_tables(input, &movie.videos, media_bytes)?;
    let fragments = movie.fragments.as_ref();
    let has_fragments = fragments.is_some_and(|fragments| fragments.has_pictures);
    let Some(video) = movie
        .videos
        .iter()
        .find(|video| video.samples.is_some() || has_fragments)
    else {
        return Err(NotAVideo::NoVideo("it has no pictures").into());
    };
    let playable = Playable {
        pictures: video.plays_everywhere,
        sound: movie.sound_plays_everywhere,
    };
    let info = VideoInfo {
        container,
        width: video.width,
        height: video.height,
        duration: movie.duration.max(fragments.and_then(Fragments::duration)),
        plays_everywhere: container == Container::Mp4 && playable.pictures && playable.sound,
        index,
    };
    Ok(Recognised {
        info,
        playable,
        bytes: input.len(),
        track: Some(video.id),
    })
}

fn container_of<R: Read + Seek>(input: &mut Input<R>, part: &Part) -> Result<Container> {
    part.at_least(8)?;
    let major_brand: [u8; 4] = input.read(part.at(0))?;
    Ok(if &major_brand == b"qt  " {
        Container::Mov
    } else {
        Container::Mp4
    })
}

fn read_movie<R: Read + Seek>(
    input: &mut Input<R>,
    part: &Part,
    limits: &VideoLimits,
) -> Result<Movie> {
    let mut movie = Movie {
        duration: None,
        videos: Vec::new(),
        sound_plays_everywhere: true,
        fragments: None,
    };
    let (mut tracks, mut has_header) = (0, false);
    let (mut timelines, mut defaults) = (Vec::new(), None);
    let mut children = Parts::within(part.body.clone());
    while let Some(child) = children.next(input)? {
        match &child.kind {
            b"mvhd" => {
                has_header = true;
                movie.duration = read_duration(input, &child)?;
                limits.check_duration(movie.duration)?;
            }
            b"mvex" => defaults = Some(Defaults::read(input, &child, limits.tracks)?),
            // QuickTime's list of other files to play instead.
            b"rmra" => return Err(NotAVideo::ExternalData.into()),
            b"trak" => {
                tracks += 1;
                if tracks > limits.tracks {
                    return Err(NotAVideo::Excessive("tracks").into());
                }
                let Some(track) = track::read(input, &child, limits)? else {
                    continue;
                };
                timelines.push(Timeline::of(&track));
                match track.kind {
                    Kind::Video(video) => movie.videos.push(video),
                    Kind::Sound { plays_everywhere } => {
                        movie.sound_plays_everywhere &= plays_everywhere;
                    }
                    Kind::Other => {}
                }
            }
            _ => {}
        }
    }
    nesting::check(input, part, limits.nesting)?;
    if !has_header {
        return Err(NotAVideo::Malformed("its index has no header").into());
    }
    if movie.videos.is_empty() {
        return Err(NotAVideo::NoVideo("it has no video track").into());
    }
    if let Some(defaults) = defaults {
        if movie.duration.is_some() {
            timelines.iter_mut().for_each(Timeline::begin_at_once);
        }
        movie.fragments = Some(Fragments::new(defaults, timelines));
    }
    Ok(movie)
}

/// What `mvhd` and `mdhd` say about times (ISO/IEC 14496-12, 8.2.2, 8.4.2).
pub(crate) struct Times {
    /// Whether they take 64 bits.
    pub(crate) is_wide: bool,
    /// How many units make a second: not 0.
    pub(crate) per_second: u32,
}

pub(crate) fn read_times<R: Read + Seek>(input: &mut Input<R>, part: &Part) -> Result<Times> {
    part.at_least(20)?;
    let [version, ..]: [u8; 4] = input.read(part.at(0))?;
    let is_wide = version == 1;
    if is_wide {
        part.at_least(32)?;
    }
    match input.u32(part.at(if is_wide { 20 } else { 12 }))? {
        0 => Err(NotAVideo::Malformed("its time has no unit").into()),
        per_second => Ok(Times {
            is_wide,
            per_second,
        }),
    }
}

/// The duration in `mvhd` or `mdhd`, which begin alike; `None` where it is left open.
pub(super) fn read_duration<R: Read + Seek>(
    input: &mut Input<R>,
    part: &Part,
) -> Result<Option<Duration>> {
    let Times {
        is_wide,
        per_second,
    } = read_times(input, part)?;
    let units = if is_wide {
        let units = input.u64(part.at(24))?;
        (units != u64::MAX).then_some(units)
    } else {
        let units = input.u32(part.at(16))?;
        (units != u32::MAX).then_some(u64::from(units))
    };
    match units {
        None | Some(0) => Ok(None),
        Some(units) => duration_of(units, per_second)
            .map(Some)
            .ok_or_else(|| NotAVideo::Excessive("duration").into()),
    }
}
