//! The boxes of a fragmented MP4 (ISO/IEC 14496-12).

use super::sample::Sample;
use super::source::{Pictures, Sound, Source, SourceTrack};
use super::window::Window;

/// The numbers of the tracks, whatever they were.
const PICTURES: u32 = 1;
const SOUND: u32 = 2;

/// Flags of a sample that decoding can begin with: it depends on no other one (8.8.3.1).
const SYNC: u32 = 0x0200_0000;
/// Flags of a sample that depends on others.
const NO_SYNC: u32 = 0x0101_0000;

const TURNED_BY_NOTHING: [u32; 9] = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000];

fn put(out: &mut Vec<u8>, words: &[u32]) {
    out.extend(words.iter().flat_map(|word| word.to_be_bytes()));
}

fn in_box(out: &mut Vec<u8>, kind: [u8; 4], fill: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    out.extend([0; 4]);
    out.extend(kind);
    fill(out);
    let size = u32::try_from(out.len() - start).expect("configurations and samples are bounded");
    out[start..start + 4].copy_from_slice(&size.to_be_bytes());
}

/// What stands before the segments: `ftyp` and `moov`.
pub(super) fn beginning(source: &Source, windows: (&Window, Option<&Window>)) -> Vec<u8> {
    let mut out = Vec::new();
    // What is placed by its fragment needs `iso5`, decode times need `iso6` (annex E).
    in_box(&mut out, *b"ftyp", |out| {
        out.extend(b"iso6\0\0\0\0iso6mp41");
    });
    in_box(&mut out, *b"moov", |out| {
        in_box(out, *b"mvhd", |out| {
            put(
                out,
                &[
                    0,
                    0,
                    0,
                    source.movie_per_second,
                    0,
                    0x1_0000,
                    0x100_0000,
                    0,
                    0,
                ],
            );
            put(out, &TURNED_BY_NOTHING);
            put(out, &[0, 0, 0, 0, 0, 0, SOUND + 1]);
        });
        pictures(out, &source.pictures, windows.0);
        let sound = source.sound.as_ref().zip(windows.1);
        if let Some((track, window)) = sound {
            self::sound(out, track, window);
        }
        in_box(out, *b"mvex", |out| {
            let tracks = [PICTURES, SOUND];
            for track in &tracks[..=usize::from(sound.is_some())] {
                in_box(out, *b"trex", |out| put(out, &[0, *track, 1, 0, 0, 0]));
            }
        });
    });
    out
}

fn pictures(out: &mut Vec<u8>, track: &SourceTrack<Pictures>, window: &Window) {
    let Pictures {
        shape,
        coded,
        format,
        configuration,
        ..
    } = &track.kind;
    in_box(out, *b"trak", |out| {
        in_box(out, *b"tkhd", |out| {
            put(out, &[7, 0, 0, PICTURES, 0, 0, 0, 0, 0, 0]);
            out.extend(shape);
        });
        edits(out, window);
        media(out, track, *b"vide", |out| {
            in_box(out, *b"vmhd", |out| put(out, &[1, 0, 0]));
            tables(out, *format, |out| {
                put(out, &[0, 1, 0, 0, 0, 0]);
                put(
                    out,
                    &[coded.0 << 16 | coded.1 & 0xFFFF, 0x48_0000, 0x48_0000, 0],
                );
                // One frame per sample, without a name of the encoder, 24 bits deep.
                out.extend([0, 1]);
                out.extend([0; 32]);
                out.extend([0, 24, 0xFF, 0xFF]);
                out.extend(configuration);
            });
        });
    });
}

fn sound(out: &mut Vec<u8>, track: &SourceTrack<Sound>, window: &Window) {
    let Sound {
        channels,
        rate,
        configuration,
        ..
    } = &track.kind;
    in_box(out, *b"trak", |out| {
        in_box(out, *b"tkhd", |out| {
            // In a group with nothing else, at full volume.
            put(out, &[7, 0, 0, SOUND, 0, 0, 0, 0, 1, 0x100_0000]);
            put(out, &TURNED_BY_NOTHING);
            put(out, &[0, 0]);
        });
        edits(out, window);
        media(out, track, *b"soun", |out| {
            in_box(out, *b"smhd", |out| put(out, &[0, 0]));
            tables(out, *b"mp4a", |out| {
                put(
                    out,
                    &[0, 1, 0, 0, u32::from(*channels) << 16 | 16, 0, *rate],
                );
                out.extend(configuration);
            });
        });
    });
}

/// What is decoded but not shown at the beginning: one edit without a length, which is that of all there is (8.6.6.1).
fn edits(out: &mut Vec<u8>, window: &Window) {
    if window.skipped > 0 {
        in_box(out, *b"edts", |out| {
            in_box(out, *b"elst", |out| {
                put(out, &[0x100_0000, 1, 0, 0]);
                out.extend(window.skipped.to_be_bytes());
                put(out, &[0x1_0000]);
            });
        });
    }
}

fn media<K>(
    out: &mut Vec<u8>,
    track: &SourceTrack<K>,
    handler: [u8; 4],
    information: impl FnOnce(&mut Vec<u8>),
) {
    in_box(out, *b"mdia", |out| {
        in_box(out, *b"mdhd", |out| {
            put(
                out,
                &[
                    0,
                    0,
                    0,
                    track.per_second,
                    0,
                    u32::from(track.language) << 16,
                ],
            );
        });
        in_box(out, *b"hdlr", |out| {
            put(out, &[0, 0, u32::from_be_bytes(handler), 0, 0, 0]);
            out.push(0);
        });
        in_box(out, *b"minf", information);
    });
}

/// That the media is in this very file, how it is coded, and no samples yet.
fn tables(out: &mut Vec<u8>, format: [u8; 4], entry: impl FnOnce(&mut Vec<u8>)) {
    in_box(out, *b"dinf", |out| {
        in_box(out, *b"dref", |out| {
            put(out, &[0, 1]);
            in_box(out, *b"url ", |out| put(out, &[1]));
        });
    });
    in_box(out, *b"stbl", |out| {
        in_box(out, *b"stsd", |out| {
            put(out, &[0, 1]);
            in_box(out, format, entry);
        });
        in_box(out, *b"stts", |out| put(out, &[0, 0]));
        in_box(out, *b"stsc", |out| put(out, &[0, 0]));
        in_box(out, *b"stsz", |out| put(out, &[0, 0, 0]));
        in_box(out, *b"stco", |out| put(out, &[0, 0]));
    });
}

/// The samples of a track in a segment.
pub(super) struct Run<'s> {
    pub(super) window: &'s Window,
    pub(super) samples: &'s [Sample],
    /// Whether some are shown at another time than decoded.
    pub(super) has_offsets: bool,
}

/// What stands before the samples of a segment: `moof`, and the header of an `mdat` that holds the samples of one run after the other.
/// `None` where that would be too much for its fields.
pub(super) fn segment_header(number: u32, pictures: &Run, sound: Option<&Run>) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut places = Vec::new();
    let runs = [
        Some((PICTURES, pictures)),
        sound.map(|sound| (SOUND, sound)),
    ];
    in_box(&mut out, *b"moof", |out| {
        in_box(out, *b"mfhd", |out| put(out, &[0, number]));
        for (track, run) in runs.into_iter().flatten() {
            in_box(out, *b"traf", |out| {
                places.push((run_header(out, track, run), run));
            });
        }
    });
    // Where the samples of a run begin is told from the beginning of `moof` on (8.8.7.1).
    let mut place = out.len() + 8;
    for (field, run) in places {
        let offset = i32::try_from(place).ok()?;
        out[field..field + 4].copy_from_slice(&offset.to_be_bytes());
        let bytes: u64 = run
            .samples
            .iter()
            .map(|sample| u64::from(sample.size))
            .sum();
        place = place.checked_add(usize::try_from(bytes).ok()?)?;
    }
    let data = u32::try_from(place - out.len()).ok()?;
    put(&mut out, &[data]);
    out.extend(b"mdat");
    Some(out)
}

/// The contents of a `traf` (8.8.6 to 8.8.8, 8.8.12); answers where the field is that tells where its samples begin.
fn run_header(out: &mut Vec<u8>, track: u32, run: &Run) -> usize {
    const PLACED_BY_FRAGMENT: u32 = 0x2_0000;
    let first = run.samples.first();
    let duration = first.map_or(0, |sample| sample.duration);
    let is_steady = run.samples.iter().all(|sample| sample.duration == duration);
    let is_sync = run.samples.iter().all(|sample| sample.is_sync);
    in_box(out, *b"tfhd", |out| {
        let given = if is_steady { 0x8 } else { 0 } | if is_sync { 0x20 } else { 0 };
        put(out, &[PLACED_BY_FRAGMENT | given, track]);
        if is_steady {
            put(out, &[duration]);
        }
        if is_sync {
            put(out, &[SYNC]);
        }
    });
    in_box(out, *b"tfdt", |out| {
        let decoded = first.map_or(0, |sample| run.window.decoded(sample));
        put(out, &[0x100_0000]);
        out.extend(decoded.to_be_bytes());
    });
    let mut field = 0;
    in_box(out, *b"trun", |out| {
        let durations = if is_steady { 0 } else { 0x100 };
        let flags = if is_sync { 0 } else { 0x400 };
        let offsets = if run.has_offsets { 0x800 } else { 0 };
        let count = u32::try_from(run.samples.len()).expect("samples of a segment are bounded");
        put(out, &[0x201 | durations | flags | offsets, count]);
        field = out.len();
        put(out, &[0]);
        for sample in run.samples {
            if !is_steady {
                put(out, &[sample.duration]);
            }
            put(out, &[sample.size]);
            if !is_sync {
                put(out, &[if sample.is_sync { SYNC } else { NO_SYNC }]);
            }
            if run.has_offsets {
                put(out, &[run.window.offset(sample)]);
            }
        }
    });
    field
}
