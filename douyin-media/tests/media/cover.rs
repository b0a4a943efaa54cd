#![cfg(unix)]

use std::fs::{self, Permissions};
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Command;
use std::sync::mpsc;
use std::time::Duration;

use douyin_media::{DEMO_CLIP, Ffmpeg, MediaError, MediaOptions};
use image::DynamicImage;
use tempfile::TempDir;

use crate::encoder::{ffmpeg, has_ffmpeg};
use crate::support::{Fixture, id, open};

async fn cover(fixture: &Fixture, number: i64, video: &[u8]) -> DynamicImage {
    let stored = fixture.upload(id(number), video).await.unwrap();
    let cover = image::load_from_memory(&fixture.read(stored.cover()).await).unwrap();
    stored.keep().await;
    cover
}

/// The mean of red, green and blue.
fn colour(picture: &DynamicImage) -> [u8; 3] {
    picture
        .resize_exact(1, 1, image::imageops::FilterType::Triangle)
        .to_rgb8()
        .get_pixel(0, 0)
        .0
}

#[tokio::test]
async fn a_cover_is_a_frame_of_the_video() {
    if !has_ffmpeg() {
        return;
    }
    let fixture = Fixture::new("file", MediaOptions::default());
    let folder = fixture.folder.path();
    let red = "-f lavfi -i color=red:s=320x180:d=1:r=10 -pix_fmt yuv420p";
    let mp4 = ffmpeg(folder, &format!("{red} -c:v libx264"), "red.mp4");
    let mov = ffmpeg(folder, &format!("{red} -c:v libx264"), "red.mov");
    let webm = ffmpeg(
        folder,
        &format!("{red} -c:v libvpx -deadline realtime -cpu-used 8"),
        "red.webm",
    );
    let fragmented = ffmpeg(
        folder,
        &format!("{red} -c:v libx264 -movflags frag_keyframe+empty_moov+default_base_moof"),
        "fragments.mp4",
    );
    let unknown_first = ffmpeg(
        folder,
        &format!(
            "-f lavfi -i color=blue:s=64x48:d=1:r=10 {red} -map 0 -map 1 -c:v:0 qtrle -c:v:1 libx264"
        ),
        "two.mov",
    );
    for (number, video) in (1..).zip([mp4, mov, webm, fragmented, unknown_first]) {
        let cover = cover(&fixture, number, &video).await;
        assert_eq!(
            (cover.width(), cover.height()),
            (320, 180),
            "video {number}"
        );
        let [red, green, blue] = colour(&cover);
        assert!(
            red > 200 && green < 60 && blue < 60,
            "video {number}: {red} {green} {blue}"
        );
    }
}

#[tokio::test]
async fn a_large_video_has_a_cover_of_a_bounded_size_and_a_turned_one_stands_upright() {
    if !has_ffmpeg() {
        return;
    }
    let fixture = Fixture::new("file", MediaOptions::default());
    let folder = fixture.folder.path();
    let large = "-f lavfi -i testsrc2=s=2160x3840:d=0.2:r=10 -pix_fmt yuv420p -c:v libx264 -preset ultrafast";
    let large = cover(&fixture, 1, &ffmpeg(folder, large, "large.mp4")).await;
    assert_eq!((large.width(), large.height()), (720, 1280));

    let lying = "-f lavfi -i testsrc2=s=640x360:d=0.2:r=10 -pix_fmt yuv420p -c:v libx264";
    ffmpeg(folder, lying, "lying.mp4");
    let upright = "-i lying.mp4 -c copy -metadata:s:v:0 rotate=90";
    let stored = fixture
        .upload(id(2), &ffmpeg(folder, upright, "upright.mp4"))
        .await
        .unwrap();
    assert_eq!((stored.info().width, stored.info().height), (360, 640));
    let cover = image::load_from_memory(&fixture.read(stored.cover()).await).unwrap();
    assert_eq!((cover.width(), cover.height()), (360, 640));
}

#[tokio::test]
async fn a_video_that_begins_black_has_a_cover_that_is_not() {
    if !has_ffmpeg() {
        return;
    }
    let fixture = Fixture::new("file", MediaOptions::default());
    let fade =
        "-f lavfi -i color=white:s=320x180:d=2:r=24 -vf fade=in:0:12 -pix_fmt yuv420p -c:v libx264";
    let cover = cover(
        &fixture,
        1,
        &ffmpeg(fixture.folder.path(), fade, "fade.mp4"),
    )
    .await;
    assert!(colour(&cover)[0] > 100, "{:?}", colour(&cover));
}

/// A storage with a decoder of our own in a folder that outlives it.
struct Faked {
    fixture: Fixture,
    folder: TempDir,
}

impl Faked {
    /// The script runs in the upload's folder; `$FOLDER` is one of ours.
    fn new(script: &str, limit: Duration) -> Self {
        let folder = TempDir::new().unwrap();
        let program = folder.path().join("ffmpeg");
        let script = script.replace("$FOLDER", folder.path().to_str().unwrap());
        fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
        let picture = DynamicImage::new_rgb8(100, 200);
        picture.save(folder.path().join("picture.jpg")).unwrap();
        let fixture = Fixture::new("file", options(program, limit));
        Self { fixture, folder }
    }

    /// The sizes tell the covers apart: a generated one has the video's shape.
    async fn cover_size(&self, number: i64) -> (u32, u32) {
        let cover = cover(&self.fixture, number, DEMO_CLIP).await;
        (cover.width(), cover.height())
    }

    /// A pipe named `alive` in our folder: what is answered by it is when all have ended who opened it for writing, and there was one.
    fn pipe(&self) -> mpsc::Receiver<()> {
        let pipe = self.folder.path().join("alive");
        let made = Command::new("mkfifo").arg(&pipe).status().unwrap();
        assert!(made.success());
        let (answer, ended) = mpsc::channel();
        std::thread::spawn(move || {
            let mut pipe = fs::File::open(pipe).unwrap();
            pipe.read_to_end(&mut Vec::new()).unwrap();
            answer.send(()).unwrap();
        });
        ended
    }
}

fn options(program: PathBuf, time: Duration) -> MediaOptions {
    let mut options = MediaOptions::default();
    options.ffmpeg = Ffmpeg::At(program);
    options.cover.time = time;
    options.cover.at_once = 1;
    options
}

const GENERATED: (u32, u32) = (360, 640);
const DECODED: (u32, u32) = (100, 200);
/// Long enough for a script on a busy machine; tests that pass never wait for it.
const PATIENT: Duration = Duration::from_mins(1);
/// How long a decoder that hangs is waited for.
const SHORT: Duration = Duration::from_millis(500);

#[tokio::test]
async fn what_the_decoder_makes_is_the_cover() {
    let faked = Faked::new("cp $FOLDER/picture.jpg frame.jpg", PATIENT);
    assert_eq!(faked.cover_size(1).await, DECODED);
}

#[tokio::test]
async fn a_decoder_that_crashes_costs_the_frame_and_not_the_upload() {
    for script in [
        "exit 1",
        "kill -SEGV $$",
        "cp $FOLDER/picture.jpg frame.jpg; exit 1",
    ] {
        let faked = Faked::new(script, PATIENT);
        assert_eq!(faked.cover_size(1).await, GENERATED, "{script}");
    }
}

#[tokio::test]
async fn a_decoder_that_floods_its_output_is_stopped() {
    for script in [
        "yes >&2",
        "yes >&2 & yes >&2",
        "yes; exit 1",
        // Over the limit of a file's size.
        "yes > frame.jpg && exit 0",
        "yes > other; cp $FOLDER/picture.jpg frame.jpg; exit 1",
    ] {
        let limit = if script.starts_with("yes;") {
            SHORT
        } else {
            PATIENT
        };
        let faked = Faked::new(script, limit);
        assert_eq!(faked.cover_size(1).await, GENERATED, "{script}");
        assert_eq!(faked.fixture.unfinished(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_decoder_that_makes_something_else_than_a_picture_is_not_believed() {
    for script in [
        "true",
        "echo hello > frame.jpg",
        "head -c 1000 $FOLDER/picture.jpg > frame.jpg",
        "mkdir frame.jpg",
        "mkfifo frame.jpg",
        "ln -s $FOLDER/picture.jpg frame.jpg",
        "head -c 2000000 /dev/zero > frame.jpg",
    ] {
        let faked = Faked::new(script, PATIENT);
        if script.starts_with("head -c 1000") {
            let picture = faked.folder.path().join("picture.jpg");
            let mut bytes = fs::read(&picture).unwrap();
            bytes.splice(
                2..2,
                [0xFF, 0xFE, 0xFF, 0x00]
                    .into_iter()
                    .chain(std::iter::repeat_n(b'x', 0xFEFE)),
            );
            fs::write(&picture, bytes).unwrap();
        }
        assert_eq!(faked.cover_size(1).await, GENERATED, "{script}");
    }
    let faked = Faked::new("cp $FOLDER/picture.jpg frame.jpg", PATIENT);
    DynamicImage::new_rgb8(721, 100)
        .save(faked.folder.path().join("picture.jpg"))
        .unwrap();
    assert_eq!(
        faked.cover_size(1).await,
        GENERATED,
        "larger than asked for"
    );
}

#[tokio::test]
async fn a_decoder_that_hangs_is_ended_with_all_it_started_and_its_turn_is_free_again() {
    let script = "
        if [ -e $FOLDER/hung ]; then cp $FOLDER/picture.jpg frame.jpg; exit; fi
        exec 9> $FOLDER/alive; sleep 1000 & touch $FOLDER/hung; trap '' TERM; wait; sleep 1000";
    let faked = Faked::new(script, SHORT);
    let ended = faked.pipe();
    assert_eq!(faked.cover_size(1).await, GENERATED);
    let mut number = 2;
    // On a machine so busy that the script did not get there in time, it may hang once more.
    while faked.cover_size(number).await == GENERATED {
        number += 1;
        assert!(number < 20, "the turn is not free again");
    }
    ended.recv_timeout(PATIENT).expect("all of it has ended");
}

#[tokio::test]
async fn a_decoder_gets_nothing_of_the_servers_environment_and_runs_in_the_uploads_folder() {
    let script =
        "env > $FOLDER/env; pwd > $FOLDER/pwd; ls > $FOLDER/ls; ulimit -v > $FOLDER/memory; exit 1";
    let faked = Faked::new(script, PATIENT);
    faked.cover_size(1).await;
    let said = |name: &str| fs::read_to_string(faked.folder.path().join(name)).unwrap();
    let variables: Vec<String> = said("env")
        .lines()
        .map(|line| line.split('=').next().unwrap().to_owned())
        .collect();
    assert!(
        variables.iter().all(|name| [
            "PATH", "LC_ALL", "HOME", "TMPDIR", "PWD", "OLDPWD", "SHLVL", "_"
        ]
        .contains(&name.as_str())),
        "{variables:?}"
    );
    assert!(
        said("pwd").trim().ends_with("/session-0/1"),
        "{}",
        said("pwd")
    );
    assert_eq!(said("ls").trim(), "upload");
    assert_eq!(said("memory").trim(), (3_u64 << 19).to_string());
}

#[test]
fn a_decoder_that_was_named_and_does_not_exist_is_an_error() {
    let folder = TempDir::new().unwrap();
    for program in ["nothing", ""] {
        let opened = open(
            "memory:",
            folder.path(),
            options(folder.path().join(program), PATIENT),
        );
        assert!(matches!(opened, Err(MediaError::NoFfmpeg(_))), "{opened:?}");
    }
}
