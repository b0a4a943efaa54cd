//! What is made of a published video, what is left of attempts that fail, and how it goes.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use douyin_core::{JobId, MediaKey};
use douyin_media::{
    DEMO_CLIP, Extent, Ffmpeg, MediaOptions, MediaStorage, PrepareError, Prepared, Run,
};

use crate::encoder::{ffmpeg, frames, has_ffmpeg, run};
use crate::support::{Fixture, go_away_unheard, id, kinds, wait_until, without_ffmpeg};

/// Not every client plays it.
const WEBM: &[u8] = include_bytes!("../recognise/seeds/vp8.webm");

fn attempt(attempt: u32) -> Run {
    Run {
        job: JobId::new(7).unwrap(),
        attempt,
    }
}

/// A storage with a program in place of `ffmpeg` that makes no covers, and does this where it is to transcode.
fn with_program(folder: &Path, transcode: &str) -> Fixture {
    let program = folder.join("ffmpeg");
    let script = format!("#!/bin/sh\ncase \"$*\" in *plain.mp4) {transcode} ;; esac\nexit 1\n");
    fs::write(&program, script).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let mut options = MediaOptions::default();
    options.ffmpeg = Ffmpeg::At(program);
    Fixture::new("file", options)
}

async fn publish(fixture: &Fixture, file: &[u8]) -> MediaKey {
    let stored = fixture.upload(id(1), file).await.unwrap();
    let play = stored.play().clone();
    stored.keep().await;
    play
}

async fn prepare(fixture: &Fixture, play: &MediaKey, number: u32) -> Prepared {
    let prepared = fixture.storage.prepare(id(1), play, attempt(number));
    prepared.await.unwrap()
}

async fn exists(fixture: &Fixture, key: &MediaKey) -> bool {
    let found = fixture.storage.file(key, Extent::Nothing).await;
    found.unwrap().is_some()
}

/// The names of the stored files that do not belong to the upload.
async fn prepared_names(fixture: &Fixture) -> Vec<String> {
    let mut names = fixture.stored_paths().await;
    names.retain(|name| name.starts_with("plain/") || name.starts_with("streams/"));
    names
}

#[tokio::test]
async fn without_ffmpeg_a_video_that_plays_everywhere_has_a_stream_of_its_own() {
    for kind in kinds("streams in a bucket") {
        let fixture = Fixture::of_kind(kind).await;
        let play = publish(&fixture, DEMO_CLIP).await;
        let prepared = prepare(&fixture, &play, 1).await;
        let main = MediaKey::new("streams/1/7-1/main.m3u8");
        assert_eq!(prepared.play, None, "{kind}");
        assert_eq!(prepared.stream, Some(main.clone()), "{kind}");
        let main = String::from_utf8(fixture.read(&main).await).unwrap();
        assert!(main.ends_with("\nsource.m3u8\n"), "{kind}: {main}");
        let source = fixture
            .read(&MediaKey::new("streams/1/7-1/source.m3u8"))
            .await;
        let source = String::from_utf8(source).unwrap();
        assert!(source.contains("\nsource.mp4\n"), "{kind}: {source}");
        let rendition = MediaKey::new("streams/1/7-1/source.mp4");
        assert!(
            fixture
                .read(&rendition)
                .await
                .starts_with(b"\0\0\0\x18ftyp"),
            "{kind}"
        );
        assert_eq!(fixture.unfinished(), Vec::<String>::new(), "{kind}");

        fixture
            .storage
            .remove(&prepared.stream.unwrap())
            .await
            .unwrap();
        assert_eq!(
            prepared_names(&fixture).await,
            Vec::<String>::new(),
            "{kind}"
        );
    }
}

#[tokio::test]
async fn without_ffmpeg_what_a_browser_records_has_a_stream() {
    let recorded = include_bytes!("../recognise/seeds/recorded.mp4");
    let fixture = Fixture::without_ffmpeg("file");
    let play = publish(&fixture, recorded).await;
    let prepared = prepare(&fixture, &play, 1).await;
    assert!(exists(&fixture, &prepared.stream.unwrap()).await);
    let list = MediaKey::new("streams/1/7-1/source.m3u8");
    let list = String::from_utf8(fixture.read(&list).await).unwrap();
    assert_eq!(list.matches("#EXTINF").count(), 2, "{list}");
}

#[tokio::test]
async fn an_attempt_removes_what_earlier_ones_of_its_job_left_and_nothing_of_another_job() {
    for kind in kinds("attempts in a bucket") {
        let fixture = Fixture::of_kind(kind).await;
        let play = publish(&fixture, DEMO_CLIP).await;
        let prepare = async |job, attempt| {
            let job = JobId::new(job).unwrap();
            let prepared = fixture.storage.prepare(id(1), &play, Run { job, attempt });
            prepared.await.unwrap().stream.unwrap()
        };
        // Players may still read it.
        let older = prepare(7, 1).await;
        let alike = prepare(77, 1).await;
        let left = prepare(8, 1).await;
        let latest = prepare(8, 2).await;
        assert!(!exists(&fixture, &left).await, "{kind}");
        for kept in [&older, &alike, &latest, &play] {
            assert!(exists(&fixture, kept).await, "{kind}: {kept}");
        }
        let removed = fixture
            .storage
            .remove_attempts(id(1), JobId::new(7).unwrap());
        removed.await.unwrap();
        assert!(!exists(&fixture, &older).await, "{kind}");
        for kept in [&alike, &latest, &play] {
            assert!(exists(&fixture, kept).await, "{kind}: {kept}");
        }
        fixture.storage.remove_video(id(1)).await.unwrap();
        for removed in [&alike, &latest, &play] {
            assert!(!exists(&fixture, removed).await, "{kind}: {removed}");
        }
        assert_eq!(fixture.stored_paths().await, Vec::<String>::new(), "{kind}");
    }
}

/// As of a video that is deleted while it is prepared.
#[tokio::test]
async fn what_no_row_came_to_name_is_removed_with_its_folders() {
    let workshop = tempfile::tempdir().unwrap();
    let made = workshop.path().join("made.mp4");
    fs::write(&made, DEMO_CLIP).unwrap();
    let copy = format!("exec /bin/cp '{}' plain.mp4", made.display());
    let fixture = with_program(workshop.path(), &copy);
    let play = publish(&fixture, WEBM).await;
    let Prepared { play, stream } = prepare(&fixture, &play, 1).await;
    assert_eq!(fixture.prepared_files(), 2, "a folder of each kind");
    for key in [play, stream] {
        fixture.storage.remove(&key.unwrap()).await.unwrap();
    }
    assert_eq!(fixture.prepared_files(), 0);
}

#[tokio::test]
async fn a_video_that_cannot_be_cut_stays_what_it_is_without_ffmpeg() {
    let fixture = Fixture::without_ffmpeg("file");
    let play = publish(&fixture, WEBM).await;
    let nothing = Prepared {
        play: None,
        stream: None,
    };
    assert_eq!(prepare(&fixture, &play, 1).await, nothing);
    assert_eq!(prepared_names(&fixture).await, Vec::<String>::new());
}

#[tokio::test]
async fn what_the_video_is_at_fault_for_is_told_from_what_may_work_later() {
    let fixture = Fixture::without_ffmpeg("file");
    let missing = MediaKey::new("videos/1.mp4");
    let failed = fixture.storage.prepare(id(1), &missing, attempt(1)).await;
    let error = failed.unwrap_err();
    assert!(matches!(error, PrepareError::Missing(_)), "{error}");
    assert!(!error.is_rejection());

    let path = fixture.folder.path().join("media/videos/1.mp4");
    fs::write(&path, "no video").unwrap();
    let failed = fixture.storage.prepare(id(1), &missing, attempt(1)).await;
    assert!(failed.unwrap_err().is_rejection());

    // The storage can be neither read nor written.
    fs::write(&path, DEMO_CLIP).unwrap();
    let streams = fixture.folder.path().join("media/streams");
    fs::remove_dir(&streams).unwrap();
    fs::write(&streams, "in the way").unwrap();
    let failed = fixture.storage.prepare(id(1), &missing, attempt(2)).await;
    let error = failed.unwrap_err();
    assert!(matches!(error, PrepareError::Left(_)), "{error}");
    assert!(!error.is_rejection());
    assert_eq!(fixture.unfinished(), Vec::<String>::new());
    fs::remove_file(&streams).unwrap();
    assert!(prepare(&fixture, &missing, 3).await.stream.is_some());
}

#[tokio::test]
async fn a_caller_who_goes_away_leaves_nothing_behind() {
    let workshop = tempfile::tempdir().unwrap();
    let begun = workshop.path().join("begun");
    let fixture = with_program(
        workshop.path(),
        &format!("echo > '{}'; exec /bin/sleep 600", begun.display()),
    );
    let is_clean = || fixture.unfinished().is_empty() && fixture.prepared_files() == 0;

    let plain = publish(&fixture, DEMO_CLIP).await;
    let mut before_it_begins = Box::pin(fixture.storage.prepare(id(1), &plain, attempt(1)));
    assert!(futures_util::poll!(&mut before_it_begins).is_pending());
    drop(before_it_begins);
    wait_until(is_clean).await;

    go_away_unheard(fixture.storage.prepare(id(1), &plain, attempt(2))).await;
    wait_until(is_clean).await;

    let webm = fixture.upload(id(2), WEBM).await.unwrap();
    let play = webm.play().clone();
    webm.keep().await;
    let mut in_the_middle = Box::pin(fixture.storage.prepare(id(2), &play, attempt(3)));
    assert!(futures_util::poll!(&mut in_the_middle).is_pending());
    wait_until(|| begun.exists()).await;
    drop(in_the_middle);
    wait_until(is_clean).await;
}

#[tokio::test]
async fn with_a_decoder_that_refuses_everything_there_is_as_much_as_with_none() {
    let workshop = tempfile::tempdir().unwrap();
    let fixture = with_program(workshop.path(), "exit 1");
    // High 4:2:2, which not every client decodes, but which can be cut.
    let mut high = DEMO_CLIP.to_vec();
    let at = high.windows(4).position(|kind| kind == b"avcC").unwrap();
    high[at + 5] = 122;
    let play = publish(&fixture, &high).await;
    let Prepared { play, stream } = prepare(&fixture, &play, 1).await;
    assert_eq!(play, None);
    assert!(exists(&fixture, &stream.unwrap()).await);

    let webm = fixture.upload(id(2), WEBM).await.unwrap();
    let prepared = fixture
        .storage
        .prepare(id(2), webm.play(), attempt(1))
        .await;
    let error = prepared.unwrap_err();
    assert!(matches!(error, PrepareError::Undecodable(_)), "{error}");
    webm.keep().await;
    assert_eq!(fixture.unfinished(), Vec::<String>::new());
}

#[tokio::test]
async fn a_sweep_removes_what_an_attempt_left_whose_process_died() {
    let fixture = Fixture::without_ffmpeg("file");
    let play = publish(&fixture, DEMO_CLIP).await;
    let committed = Run {
        job: JobId::new(6).unwrap(),
        attempt: 1,
    };
    for run in [committed, attempt(2)] {
        drop(fixture.storage.prepare(id(1), &play, run).await.unwrap());
    }
    // As if it had died before its folder was removed.
    let folder = fixture
        .folder
        .path()
        .join("staging/session-0/prepare-1-7-2");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("source.cut"), "half of it").unwrap();
    let Fixture {
        storage, folder, ..
    } = fixture;
    drop(storage);
    let storage = MediaStorage::open(
        &format!("file:{}", folder.path().join("media").display()),
        folder.path().join("staging"),
        without_ffmpeg(),
    );
    let storage = storage.unwrap();
    storage.sweep(async |_| Ok::<_, ()>(true)).await.unwrap();
    let streams = folder.path().join("media/streams/1");
    let runs: Vec<_> = fs::read_dir(streams)
        .unwrap()
        .map(|run| run.unwrap().file_name())
        .collect();
    assert_eq!(runs, ["6-1"]);
    assert_eq!(
        crate::support::unfinished(folder.path()),
        Vec::<String>::new()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn with_ffmpeg_any_video_becomes_one_that_plays_everywhere_and_a_stream_with_smaller_renditions()
 {
    if !has_ffmpeg() {
        return;
    }
    let mut options = MediaOptions::default();
    options.ffmpeg = Ffmpeg::Auto;
    let fixture = Fixture::new("file", options);
    let upload = ffmpeg(
        fixture.folder.path(),
        "-f lavfi -i testsrc=s=864x486:r=10:d=9 -f lavfi -i sine=d=9 -c:v libvpx -b:v 1M -deadline realtime -cpu-used 8 -c:a libvorbis",
        "upload.webm",
    );
    let play = publish(&fixture, &upload).await;
    let Prepared { play, stream } = prepare(&fixture, &play, 1).await;
    assert_eq!(play, Some(MediaKey::new("plain/1/7-1.mp4")));
    let names = prepared_names(&fixture).await;
    assert_eq!(
        names,
        [
            "plain/1/7-1.mp4",
            "streams/1/7-1/480.m3u8",
            "streams/1/7-1/480.mp4",
            "streams/1/7-1/main.m3u8",
            "streams/1/7-1/source.m3u8",
            "streams/1/7-1/source.mp4",
        ]
    );
    let media = fixture.folder.path().join("media");
    let main = stream.unwrap();
    let text = fs::read_to_string(media.join(main.as_str())).unwrap();
    assert!(
        text.contains("RESOLUTION=864x486") && text.contains("x480,"),
        "{text}"
    );
    let probe = "ffprobe -v error -of csv=p=0 -show_entries program=nb_streams";
    let programs = run(&media, &format!("{probe} {main}"));
    assert_eq!(
        programs
            .lines()
            .filter(|line| line.starts_with('2'))
            .count(),
        2,
        "{programs}"
    );
    for name in ["source", "480"] {
        let list = format!("streams/1/7-1/{name}.m3u8");
        assert_eq!(frames(&media, &list, "0:v").len(), 90, "{name}");
        let text = fs::read_to_string(media.join(&list)).unwrap();
        assert_eq!(text.matches("#EXTINF").count(), 3, "{text}");
    }
    assert_eq!(fixture.unfinished(), Vec::<String>::new());
}
