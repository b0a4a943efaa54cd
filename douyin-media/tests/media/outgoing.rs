//! What strangers upload makes nothing connect anywhere, and what is no video reaches no decoder.

#![cfg(unix)]

use std::fs::{self, Permissions};
use std::io::ErrorKind;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;
use std::sync::mpsc;
use std::time::Duration;

use douyin_core::JobId;
use douyin_media::{DEMO_CLIP, Ffmpeg, MediaError, MediaOptions, NotAVideo, Run};
use tempfile::TempDir;

use crate::encoder::has_ffmpeg;
use crate::support::{Fixture, id};

/// Somebody who waits to be connected to.
struct Listener(TcpListener);

impl Listener {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        Self(listener)
    }

    fn url(&self) -> String {
        format!("http://{}/segment.ts", self.0.local_addr().unwrap())
    }

    /// Connections wait in its queue, also of those who are gone again.
    fn assert_nobody_came(&self, what: &str) {
        let came = self.0.accept();
        let nobody = matches!(&came, Err(error) if error.kind() == ErrorKind::WouldBlock);
        assert!(nobody, "{what}: {came:?}");
    }
}

fn boxed(kind: &str, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 8).unwrap().to_be_bytes();
    [&length[..], kind.as_bytes(), body].concat()
}

/// Texts that make players open something else.
fn scripts(url: &str) -> Vec<(&'static str, Vec<u8>)> {
    let texts = [
        (
            "a playlist",
            format!("#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{url}\n#EXT-X-ENDLIST\n"),
        ),
        (
            "a playlist of a local file",
            "#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n".to_owned(),
        ),
        (
            "a playlist in a URL",
            format!("#EXTM3U\n#EXTINF:1,\ndata:application/x-mpegurl,%23EXTM3U%0A{url}\n"),
        ),
        ("a script", format!("ffconcat version 1.0\nfile '{url}'\n")),
        (
            "an SVG",
            format!("<svg xmlns='http://www.w3.org/2000/svg'><image href='{url}'/></svg>"),
        ),
        (
            "a DASH manifest",
            format!("<?xml version='1.0'?><MPD><BaseURL>{url}</BaseURL></MPD>"),
        ),
        (
            "subtitles",
            "WEBVTT\n\n00:00.000 --> 00:01.000\nhello\n".to_owned(),
        ),
        (
            "other subtitles",
            "1\n00:00:00,000 --> 00:00:01,000\nhello\n".to_owned(),
        ),
        (
            "an SDP",
            "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nm=video 5004 RTP/AVP 96\n".to_owned(),
        ),
    ];
    texts
        .into_iter()
        .map(|(what, text)| (what, text.into_bytes()))
        .collect()
}

/// The clip as QuickTime, so that it is transcoded, with boxes of its own at the end.
fn clip_with(extra: &[u8]) -> Vec<u8> {
    let mut clip = [DEMO_CLIP, extra].concat();
    clip[8..12].copy_from_slice(b"qt  ");
    clip
}

/// Its bytes with one reference to where the media is, whose kind and flags are given.
fn clip_referring(kind: &str, flags: u8, place: &[u8]) -> Vec<u8> {
    let mut reference = vec![0, 0, 0, flags];
    reference.extend(place);
    let references = [&[0, 0, 0, 0, 0, 0, 0, 1][..], &boxed(kind, &reference)].concat();
    let mut clip = clip_with(&[]);
    let grown = replace(
        &mut clip,
        &["moov", "trak", "mdia", "minf", "dinf", "dref"],
        &references,
    );
    // The media data stands behind the index.
    let places = find(&clip, "stco") + 4;
    let count = u32::from_be_bytes(clip[places + 4..places + 8].try_into().unwrap()) as usize;
    for number in 0..count {
        let at = places + 8 + 4 * number;
        let place = u32::from_be_bytes(clip[at..at + 4].try_into().unwrap());
        let moved = u32::try_from(i64::from(place) + grown).unwrap();
        clip[at..at + 4].copy_from_slice(&moved.to_be_bytes());
    }
    clip
}

/// A place as Macintosh wrote it: 150 bytes of names and numbers, and then the path (2) and the end.
fn alias(path: &str) -> Vec<u8> {
    let padded = format!("{path:200}");
    let length = u16::try_from(padded.len()).unwrap().to_be_bytes();
    [
        &[0; 150][..],
        &[0, 2],
        &length,
        padded.as_bytes(),
        b"\xFF\xFF\0\0",
    ]
    .concat()
}

const ALIAS: &str = "an alias of this very file";

/// Where a box says what it is.
fn find(file: &[u8], kind: &str) -> usize {
    file.windows(4)
        .position(|bytes| bytes == kind.as_bytes())
        .unwrap()
}

/// Puts a body into the innermost of these boxes, and answers by how much the file has grown.
fn replace(file: &mut Vec<u8>, path: &[&str], body: &[u8]) -> i64 {
    let places: Vec<_> = path.iter().map(|kind| find(file, kind) - 4).collect();
    let size = |file: &[u8], at: usize| u32::from_be_bytes(file[at..at + 4].try_into().unwrap());
    let innermost = *places.last().unwrap();
    let old = size(file, innermost) as usize;
    let grown = i64::try_from(body.len() + 8).unwrap() - i64::try_from(old).unwrap();
    file.splice(innermost + 8..innermost + old, body.iter().copied());
    for at in places {
        let new = u32::try_from(i64::from(size(file, at)) + grown).unwrap();
        file[at..at + 4].copy_from_slice(&new.to_be_bytes());
    }
    grown
}

#[tokio::test]
async fn what_is_no_video_reaches_no_decoder() {
    let folder = TempDir::new().unwrap();
    let program = folder.path().join("ffmpeg");
    let called = folder.path().join("called");
    fs::write(
        &program,
        format!("#!/bin/sh\n: > {}\nexit 1\n", called.display()),
    )
    .unwrap();
    fs::set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
    let mut options = MediaOptions::default();
    options.ffmpeg = Ffmpeg::At(program);
    let fixture = Fixture::new("file", options);
    let listener = Listener::new();
    let url = listener.url();
    let file_type = boxed("ftyp", b"isom\0\0\x02\0isommp41");
    let mut hostile = scripts(&url);
    for (what, text) in scripts(&url) {
        hostile.push((what, [&file_type[..], &text].concat()));
        hostile.push((what, [&file_type[..], &boxed("mdat", &text)].concat()));
    }
    hostile.extend([
        (
            "a PNG",
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0".to_vec(),
        ),
        (
            "a JPEG",
            b"\xFF\xD8\xFF\xE0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xFF\xD9".to_vec(),
        ),
        (
            "a GIF",
            b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xFF\xFF\xFF,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;"
                .to_vec(),
        ),
        (
            "a reference to a URL",
            clip_referring("url ", 0, format!("{url}\0").as_bytes()),
        ),
        (
            "a reference to a file",
            clip_referring("url ", 0, b"file:///etc/passwd\0"),
        ),
        ("an alias", clip_referring("alis", 0, &alias(&url))),
    ]);
    for (number, (what, bytes)) in (1..).zip(hostile) {
        let refused = fixture.upload(id(number), &bytes).await;
        assert!(
            matches!(refused, Err(MediaError::NotAVideo(_))),
            "{what}: {refused:?}"
        );
        if what == "a reference to a URL" {
            assert!(matches!(
                refused,
                Err(MediaError::NotAVideo(NotAVideo::ExternalData))
            ));
        }
        assert!(!called.exists(), "{what}");
    }
    listener.assert_nobody_came("what is no video");
    assert_eq!(fixture.unfinished(), Vec::<String>::new());
    assert_eq!(fixture.stored().await, Vec::<String>::new());
    // It would have been called.
    fixture
        .upload(id(1000), DEMO_CLIP)
        .await
        .unwrap()
        .discard()
        .await;
    assert!(called.exists());
}

#[tokio::test]
async fn nothing_connects_out_for_a_cover_or_while_a_video_is_transcoded() {
    if !has_ffmpeg() {
        return;
    }
    let listener = Listener::new();
    let url = listener.url();
    let place = format!("{url}\0");
    let mut videos = vec![
        (
            "a reference to this very file, with a URL",
            clip_referring("url ", 1, place.as_bytes()),
        ),
        (ALIAS, clip_referring("alis", 1, &alias(&url))),
    ];
    for (what, text) in scripts(&url) {
        videos.push((what, clip_with(&boxed("free", &text))));
        let data = boxed("udta", &boxed("meta", &text));
        videos.push((what, clip_with(&data)));
    }
    let fixture = Fixture::new("file", MediaOptions::default());
    for (number, (what, bytes)) in (1..).zip(videos) {
        let stored = fixture.upload(id(number), &bytes).await;
        let stored = stored.unwrap_or_else(|error| panic!("{what}: {error}"));
        let play = stored.play().clone();
        assert_eq!(play.as_str(), format!("videos/{number}.mov"), "{what}");
        stored.keep().await;
        let run = Run {
            job: JobId::new(number).unwrap(),
            attempt: 1,
        };
        let prepared = fixture.storage.prepare(id(number), &play, run).await;
        let prepared = prepared.unwrap_or_else(|error| panic!("{what}: {error}"));
        // It takes the media of an alias for being elsewhere, and does not go there: what is here is cut as it is.
        assert_eq!(prepared.play.is_none(), what == ALIAS, "{what}");
        assert!(prepared.stream.is_some(), "{what}");
        listener.assert_nobody_came(what);
    }
    let stats = fixture.storage.stats();
    let (frames, failed) = (stats.covers_of_frames, stats.covers_failed);
    assert!(frames > 10 && failed == 1, "{frames} and {failed}");
}

/// Set in a process that is killed: the folder that it works in.
const KILLED: &str = "DOUYIN_TEST_KILLED_IN";

/// In a process of its own: has a cover made by a program that never ends.
async fn make_an_endless_cover(folder: &std::path::Path) {
    let mut options = MediaOptions::default();
    options.ffmpeg = Ffmpeg::At(folder.join("ffmpeg"));
    options.cover.time = Duration::from_hours(1);
    let fixture = Fixture::new("file", options);
    let stored = fixture.upload(id(1), DEMO_CLIP).await;
    panic!("{stored:?}");
}

#[tokio::test]
async fn what_a_server_runs_ends_when_the_server_is_killed() {
    if let Some(folder) = std::env::var_os(KILLED) {
        return make_an_endless_cover(folder.as_ref()).await;
    }
    let tool = Command::new("setpriv")
        .args("--pdeathsig KILL --no-new-privs -- true".split(' '))
        .status();
    if !tool.is_ok_and(|status| status.success()) {
        return;
    }
    let folder = TempDir::new().unwrap();
    let pipe = folder.path().join("alive");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    let program = folder.path().join("ffmpeg");
    let script = format!(
        "#!/bin/sh\nexec 9> {}\necho begun >&9\nsleep 1000 & wait\n",
        pipe.display()
    );
    fs::write(&program, script).unwrap();
    fs::set_permissions(&program, Permissions::from_mode(0o755)).unwrap();

    let mut server = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "outgoing::what_a_server_runs_ends_when_the_server_is_killed",
        ])
        .env(KILLED, folder.path())
        .spawn()
        .unwrap();
    let (answer, told) = mpsc::channel();
    std::thread::spawn(move || {
        use std::io::{BufRead as _, BufReader, Read as _};
        let mut pipe = BufReader::new(fs::File::open(pipe).unwrap());
        let mut line = String::new();
        pipe.read_line(&mut line).unwrap();
        answer.send(line).unwrap();
        let mut rest = String::new();
        pipe.read_to_string(&mut rest).unwrap();
        answer.send(rest).unwrap();
    });
    let next = || told.recv_timeout(Duration::from_mins(1));
    let begun = next();
    server.kill().unwrap();
    server.wait().unwrap();
    assert_eq!(begun.unwrap(), "begun\n");
    assert_eq!(next().expect("all have ended"), "");
}
