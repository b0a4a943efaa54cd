//! Files that are no videos, or are and lie about it.

use std::path::Path;

use douyin_media::DEMO_CLIP;

use super::Attempt;
use super::movie::{Fragment, FragmentSizes, Movie, boxed, large, lying};
use super::requests::Request;

/// Nothing of most files is to be said but this.
const NOT_A_VIDEO: i64 = 6006;

/// All of them, some of which name a URL or a file of the server.
pub(super) fn all(url: &str, folder: &Path, token: &str) -> Vec<Attempt> {
    let secret = folder.join("jwt.secret");
    let files = texts(url, &secret.to_string_lossy())
        .into_iter()
        .chain(pictures())
        .chain(boxes(url))
        .chain(tables())
        .chain(fragments())
        .chain(elements());
    let others = [
        ("an empty file", Vec::new(), 6003),
        (
            "frames of 16000 x 16000",
            Movie {
                width: 16_000,
                height: 16_000,
                ..Movie::default()
            }
            .file(),
            6016,
        ),
        (
            "1,000,000 hours",
            Movie {
                time_unit: 1,
                duration: 3_600_000_000,
                ..Movie::default()
            }
            .file(),
            6015,
        ),
        (
            "a fragment after 2^64 - 1 milliseconds",
            fragmented(&late_fragment()),
            6015,
        ),
        // No decoder makes anything of them: it is a video all the same, with a cover that was painted.
        ("frames of noise", Movie::default().file(), 0),
    ];
    let refused = files.map(|(name, file)| (name, file, NOT_A_VIDEO));
    let attempts = refused
        .chain(others)
        .map(move |(name, file, expected)| Attempt {
            name,
            request: Request::upload(token, &file),
            expected,
        });
    attempts.collect()
}

type File = (&'static str, Vec<u8>);

fn texts(url: &str, secret: &str) -> Vec<File> {
    let playlist = format!("#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile://{secret}\n");
    let texts = [
        ("playlist that names a file", playlist.clone()),
        (
            "playlist that names a URL",
            format!("#EXTM3U\n#EXTINF:10,\n{url}a.ts\n#EXT-X-ENDLIST\n"),
        ),
        (
            "concat script",
            format!("ffconcat version 1.0\nfile '{secret}'\nfile '{url}'\n"),
        ),
        (
            "SVG",
            format!(
                "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'><image xlink:href='{url}'/></svg>"
            ),
        ),
        (
            "XML with an external entity",
            format!("<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM '{url}'>]><a>&b;</a>"),
        ),
        (
            "SMIL",
            format!("<smil><body><video src='{url}'/></body></smil>"),
        ),
        (
            "DASH manifest",
            format!("<?xml version='1.0'?><MPD><BaseURL>{url}</BaseURL></MPD>"),
        ),
        (
            "SRT subtitles",
            "1\n00:00:00,000 --> 00:00:01,000\nhello\n".to_owned(),
        ),
        (
            "ASS subtitles",
            "[Script Info]\nScriptType: v4.00+\n\n[Events]\n".to_owned(),
        ),
        (
            "HTML",
            format!("<!doctype html><script src='{url}'></script>"),
        ),
        (
            "PDF",
            "%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n".to_owned(),
        ),
        (
            "SDP",
            "v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n".to_owned(),
        ),
    ];
    let behind = [Movie::default().file_type(), playlist.into_bytes()].concat();
    let texts = texts.map(|(name, text)| (name, text.into_bytes()));
    texts
        .into_iter()
        .chain([("playlist behind a file type box", behind)])
        .collect()
}

fn pictures() -> Vec<File> {
    let padded = |begin: &[u8]| [begin, &[0; 4000]].concat();
    vec![
        ("JPEG", padded(b"\xFF\xD8\xFF\xE0\0\x10JFIF\0\x01\x01")),
        (
            "PNG",
            padded(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x3E\x80\0\0\x3E\x80\x08\x02"),
        ),
        ("GIF", padded(b"GIF89a\xFF\xFF\xFF\xFF\x80\0\0")),
        ("ZIP", padded(b"PK\x03\x04\x14\0\0\0\x08\0")),
        ("AVI", padded(b"RIFF\xFF\xFF\xFF\x7FAVI LIST")),
        ("ELF", padded(b"\x7FELF\x02\x01\x01\0")),
    ]
}

fn boxes(url: &str) -> Vec<File> {
    let movie = Movie::default();
    let start = [movie.file_type(), movie.index()].concat();
    let with = |end: Vec<u8>| [&start[..], &end].concat();
    let deep = (0..10_000).fold(Vec::new(), |inner, _| boxed("moov", &inner));
    let extra = |extra| {
        Movie {
            extra,
            ..movie.clone()
        }
        .file()
    };
    let reference = boxed(
        "rdrf",
        &[&[0; 4][..], b"url ", &[0; 4], url.as_bytes(), b"\0"].concat(),
    );
    let cut = |length: usize| DEMO_CLIP[..length].to_vec();
    vec![
        ("box of size 0 within another", extra(lying("free", 0, &[]))),
        (
            "box of size 1 without 64 bits behind it",
            with(lying("mdat", 1, b"")),
        ),
        ("box of size 2", with(lying("mdat", 2, &[0; 100]))),
        ("box of size 2^63", with(large("mdat", 1 << 63, &[0; 100]))),
        (
            "box of size 2^64 - 16, back to itself",
            with(large("mdat", u64::MAX - 15, &[0; 100])),
        ),
        ("boxes 10,000 deep", [movie.file_type(), deep].concat()),
        (
            "1,000,000 boxes",
            with(boxed("free", b"").repeat(1_000_000)),
        ),
        (
            "1,000,000 boxes in the index",
            extra(boxed("free", b"").repeat(1_000_000)),
        ),
        (
            "media data alone",
            [movie.file_type(), boxed("mdat", &[7; 10_000])].concat(),
        ),
        ("index alone", start.clone()),
        ("cut after 20 bytes", cut(20)),
        ("cut in the index", cut(600)),
        ("cut in the media data", cut(DEMO_CLIP.len() - 1)),
        (
            "media data in another file",
            Movie {
                data_flags: 0,
                ..movie.clone()
            }
            .file(),
        ),
        (
            "reference movie that names a URL",
            [
                movie.file_type(),
                boxed("moov", &boxed("rmra", &boxed("rmda", &reference))),
            ]
            .concat(),
        ),
    ]
}

fn tables() -> Vec<File> {
    let movie = Movie::default();
    // A table's count is the second word behind its name, or the third.
    let counted = |table: &str, word: usize| {
        let mut file = movie.file();
        let name = file.windows(4).position(|four| four == table.as_bytes());
        let at = name.expect("the table is there") + 4 * word;
        file[at..at + 4].copy_from_slice(&u32::MAX.to_be_bytes());
        file
    };
    vec![
        ("2^32 - 1 samples with a size each", counted("stsz", 3)),
        ("2^32 - 1 runs of durations", counted("stts", 2)),
        ("2^32 - 1 runs of chunks", counted("stsc", 2)),
        ("2^32 - 1 chunks", counted("stco", 2)),
        (
            "10,000 tracks",
            Movie {
                tracks: 10_000,
                ..movie.clone()
            }
            .file(),
        ),
    ]
}

/// A movie of one fragment, and what follows it.
fn fragmented(further: &[u8]) -> Vec<u8> {
    let movie = Movie {
        samples: 0,
        declared_samples: 0,
        fragment: Some(Fragment {
            track: 1,
            samples: 5,
            sizes: FragmentSizes::Index,
        }),
        ..Movie::default()
    };
    [&movie.file(), further].concat()
}

fn fragments() -> Vec<File> {
    let mut many_samples = fragmented(&[]);
    let run = many_samples.windows(4).rposition(|four| four == b"trun");
    let count = run.expect("it has a fragment") + 8;
    many_samples[count..count + 4].fill(0xFF);
    let nothing = boxed("moof", &boxed("free", &[0; 8]));
    vec![
        (
            "1,000,000 fragments of nothing",
            fragmented(&nothing.repeat(1_000_000)),
        ),
        ("2^32 - 1 samples in a fragment", many_samples),
    ]
}

/// A fragment that begins as late as can be said, with a run of no samples.
fn late_fragment() -> Vec<u8> {
    let header = boxed("tfhd", &[0, 2, 0, 0, 0, 0, 0, 1]);
    let time = boxed("tfdt", &[&[1, 0, 0, 0][..], &[0xFF; 8]].concat());
    let run = boxed("trun", &[0; 8]);
    boxed("moof", &boxed("traf", &[header, time, run].concat()))
}

fn elements() -> Vec<File> {
    let header = b"\x1A\x45\xDF\xA3\x87\x42\x82\x84webm";
    let segment = b"\x18\x53\x80\x67\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF";
    let size = |size: &[u8]| [&header[..], b"\x18\x53\x80\x67", size].concat();
    vec![
        (
            "10,000 EBML elements of unknown size",
            [&header[..], &segment.repeat(10_000)].concat(),
        ),
        (
            "an EBML element of 2^56 - 2 bytes",
            size(b"\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFE"),
        ),
        ("an EBML header alone", header.to_vec()),
    ]
}
