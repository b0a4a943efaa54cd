mod variable_rate;

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use tempfile::TempDir;

use super::*;
use crate::VideoInfo;

const PICTURES: &str = "-f lavfi -i testsrc=s=320x180:r=25:d=2";
const SOUND: &str = "-f lavfi -i sine=d=2";

/// A transcoder, and a folder with a video that `ffmpeg` made.
struct Scene {
    transcoder: Transcoder,
    folder: TempDir,
    source: PathBuf,
    container: Container,
}

impl Scene {
    /// `None` without `ffmpeg`, which CI has.
    fn new(arguments: &str, name: &str) -> Option<Self> {
        let options = MediaOptions::default();
        let Some(ffmpeg) = crate::ffmpeg::find(&options.ffmpeg).unwrap() else {
            assert!(
                std::env::var_os("CI").is_none(),
                "there is no ffmpeg on PATH"
            );
            return None;
        };
        let folder = TempDir::new().unwrap();
        let made = Command::new(&ffmpeg)
            .args("-v error -nostdin -y".split(' '))
            .args(arguments.split_whitespace())
            .arg(name)
            .current_dir(&folder)
            .status();
        assert!(made.unwrap().success(), "ffmpeg {arguments} {name}");
        let source = folder.path().join(name);
        let file = File::open(&source).unwrap();
        let container = probe::recognise(file, &VideoLimits::default())
            .unwrap()
            .container;
        Some(Self {
            transcoder: Transcoder::new(ffmpeg, &options),
            folder,
            source,
            container,
        })
    }

    async fn to_mp4(&self, rung: Option<Rung>) -> Made {
        let folder = TempDir::new().unwrap();
        let made = self
            .transcoder
            .to_mp4(&self.source, self.container, rung, folder.path())
            .await
            .unwrap();
        let names: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        assert_eq!(names, std::slice::from_ref(&made));
        let info = probe::recognise(File::open(&made).unwrap(), &VideoLimits::default()).unwrap();
        assert!(info.plays_everywhere, "{info:?}");
        Made {
            _folder: folder,
            path: made,
            info,
        }
    }
}

struct Made {
    _folder: TempDir,
    path: PathBuf,
    info: VideoInfo,
}

impl Made {
    /// What `ffprobe` says of it.
    fn probe(&self, arguments: &str) -> String {
        let said = Command::new("ffprobe")
            .args("-v error -of csv=p=0".split(' '))
            .args(arguments.split(' '))
            .arg(&self.path)
            .output()
            .unwrap();
        assert!(said.status.success(), "{said:?}");
        String::from_utf8(said.stdout).unwrap().trim().to_owned()
    }

    /// When its pictures are shown, or those that are key frames: `-skip_frame nokey `.
    fn times(&self, which: &str) -> Vec<f64> {
        let times = self.probe(&format!(
            "{which}-select_streams v -show_entries frame=pts_time"
        ));
        let times = times.lines().filter(|line| !line.is_empty());
        times
            .map(|at| at.trim_end_matches(',').parse().unwrap())
            .collect()
    }

    /// Sums of the decoded pictures, which are the same where nothing was encoded again.
    fn pictures(path: &Path) -> Vec<u8> {
        let sums = Command::new("ffmpeg")
            .args(["-v", "error", "-i"])
            .arg(path)
            .args(["-map", "0:v:0", "-f", "md5", "-"])
            .output()
            .unwrap();
        assert!(sums.status.success(), "{sums:?}");
        sums.stdout
    }
}

#[tokio::test]
async fn whatever_is_recognised_becomes_an_mp4_that_plays_everywhere() {
    for (name, coding) in [
        (
            "a.webm",
            "-c:v libvpx -deadline realtime -cpu-used 8 -c:a libopus",
        ),
        ("a.mov", "-c:v libx264 -pix_fmt yuv420p -c:a pcm_s16le"),
        (
            "a.mp4",
            "-c:v libx265 -x265-params log-level=error -tag:v hvc1 -pix_fmt yuv420p10le -c:a aac",
        ),
        ("b.mp4", "-c:v mpeg4 -an"),
        ("c.mp4", "-c:v libx264 -pix_fmt yuv444p -c:a aac"),
    ] {
        let Some(scene) = Scene::new(&format!("{PICTURES} {SOUND} {coding}"), name) else {
            return;
        };
        let made = scene.to_mp4(None).await;
        assert_eq!((made.info.width, made.info.height), (320, 180), "{name}");
        let millis = made.info.duration.unwrap().as_millis();
        assert!((1900..2200).contains(&millis), "{name}: {millis} ms");
        assert_eq!(
            made.probe("-show_entries stream=pix_fmt -select_streams v"),
            "yuv420p",
            "{name}"
        );
    }
}

#[tokio::test]
async fn what_plays_everywhere_is_copied() {
    let pictures = "-c:v libx264 -pix_fmt yuv420p";
    for (name, rest) in [
        ("a.mov", "-c:a pcm_s16le"),
        ("b.mov", "-c:a aac"),
        (
            "fragments.mp4",
            "-c:a aac -movflags frag_keyframe+empty_moov",
        ),
    ] {
        let Some(scene) = Scene::new(&format!("{PICTURES} {SOUND} {pictures} {rest}"), name) else {
            return;
        };
        let made = scene.to_mp4(None).await;
        assert_eq!(
            Made::pictures(&made.path),
            Made::pictures(&scene.source),
            "{name}"
        );
    }
}

/// Other decoders than those of what is recognised are out of reach, and so are tracks that nobody looked at.
#[tokio::test]
async fn no_decoder_but_those_of_what_is_recognised_is_used() {
    let red = "-f lavfi -i color=red:s=320x180:r=10:d=1";
    let other_first = format!(
        "-f lavfi -i testsrc=s=64x48:r=10:d=1 {red} -map 0 -map 1 -c:v:0 qtrle -c:v:1 libx264 -pix_fmt:v:1 yuv444p"
    );
    let Some(scene) = Scene::new(&other_first, "two.mov") else {
        return;
    };
    let made = scene.to_mp4(None).await;
    assert_eq!((made.info.width, made.info.height), (320, 180));
    // Which an MP4 declares as it does MPEG-4.
    let scene = Scene::new(&format!("{red} -c:v mjpeg -pix_fmt yuvj420p"), "jpeg.mp4").unwrap();
    let made = scene
        .transcoder
        .to_mp4(&scene.source, scene.container, None, scene.folder.path());
    let refused = made.await.unwrap_err();
    assert!(refused.to_string().contains("whitelist"), "{refused}");
}

#[tokio::test]
async fn a_rung_is_smaller_upright_and_begins_its_segments_with_key_frames() {
    let lying = "-f lavfi -i testsrc2=s=1440x960:r=30:d=9 -c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 1000";
    let Some(scene) = Scene::new(lying, "lying.mp4") else {
        return;
    };
    let turned = scene.folder.path().join("turned.mp4");
    let copied = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(&scene.source)
        .args("-c copy -metadata:s:v:0 rotate=90 -metadata title=secret -metadata location=+48.85+2.35/".split(' '))
        .arg(&turned)
        .status();
    assert!(copied.unwrap().success());
    let scene = Scene {
        source: turned,
        ..scene
    };
    let made = scene.to_mp4(Some(Rung::P480)).await;
    assert_eq!((made.info.width, made.info.height), (480, 720));
    assert_eq!(
        made.probe("-show_entries stream_side_data=rotation -select_streams v"),
        ""
    );
    let bytes = fs::read(&made.path).unwrap();
    assert!(
        !bytes
            .windows(6)
            .any(|bytes| bytes == b"secret" || bytes == b"+48.85")
    );
    let keys = made.times("-skip_frame nokey ");
    assert_eq!(keys.len(), 3, "{keys:?}");
    for (found, expected) in keys.iter().zip([0.0, 4.0, 8.0]) {
        assert!((found - expected).abs() < 0.1, "{keys:?}");
    }
}

#[tokio::test]
async fn odd_sizes_and_odd_frame_rates_become_ordinary_ones() {
    for (name, source, size, rate) in [
        ("odd.webm", "testsrc=s=321x181:r=25:d=1", (320, 180), "25/1"),
        ("fast.webm", "testsrc=s=64x48:r=240:d=1", (64, 48), "60/1"),
        ("slow.webm", "testsrc=s=64x48:r=1:d=4", (64, 48), "1/1"),
        (
            "ntsc.webm",
            "testsrc=s=64x48:r=30000/1001:d=1",
            (64, 48),
            "30000/1001",
        ),
        (
            "narrow.webm",
            "testsrc=s=16x1600:r=10:d=1",
            (16, 1600),
            "10/1",
        ),
    ] {
        let arguments = format!("-f lavfi -i {source} -c:v libvpx -deadline realtime -cpu-used 8");
        let Some(scene) = Scene::new(&arguments, name) else {
            return;
        };
        let made = scene.to_mp4(None).await;
        assert_eq!((made.info.width, made.info.height), size, "{name}");
        assert_eq!(
            made.probe("-show_entries stream=r_frame_rate -select_streams v"),
            rate,
            "{name}"
        );
    }
}

#[test]
fn the_time_that_a_video_is_allowed_is_bounded_by_its_bytes_and_altogether() {
    let options = MediaOptions::default();
    let transcoder = Transcoder::new("ffmpeg".into(), &options);
    let file = std::io::Cursor::new(crate::DEMO_CLIP);
    let video = probe::recognise_parts(file, &VideoLimits::default()).unwrap();
    let allowed = |seconds, bytes| {
        let mut video = Recognised { bytes, ..video };
        video.info.duration = Some(Duration::from_secs(seconds));
        let limits = transcoder.child_limits(likely_duration(&video));
        limits.time.as_secs()
    };
    let TranscodeLimits {
        least_time,
        most_time,
        ..
    } = options.transcode;
    assert_eq!(allowed(30, 30 << 20), least_time.as_secs() + 30 * 8);
    assert_eq!(allowed(6 * 3600, 1774), least_time.as_secs());
    assert_eq!(allowed(6 * 3600, 512 << 20), most_time.as_secs());
}

/// A transcoder whose program is a script.
fn faked(folder: &TempDir, script: &str, limits: impl FnOnce(&mut MediaOptions)) -> Transcoder {
    let program = folder.path().join("ffmpeg");
    fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
    let mut options = MediaOptions::default();
    options.transcode.at_once = 1;
    limits(&mut options);
    Transcoder::new(program, &options)
}

async fn transcode(transcoder: &Transcoder, folder: &TempDir) -> Result<PathBuf, TranscodeError> {
    let source = folder.path().join("source");
    fs::write(&source, crate::DEMO_CLIP).unwrap();
    let target = folder.path().join("target");
    fs::create_dir_all(&target).unwrap();
    let container = Container::Mp4;
    let made = transcoder.to_mp4(&source, container, Some(Rung::P480), &target);
    let made = made.await;
    let left = fs::read_dir(&target).unwrap().count();
    assert!(made.is_ok() || left == 0, "{left} files are left");
    made
}

#[tokio::test]
async fn what_may_be_tried_again_is_told_from_what_may_not() {
    for (script, is_temporary) in [
        (
            "echo 'av_interleaved_write_frame(): No space left on device' >&2; exit 228",
            true,
        ),
        ("exit 127", true),
        ("echo \"Unrecognized option 'fps_mode'.\" >&2; exit 1", true),
        ("echo \"Unknown encoder 'libx264'\" >&2; exit 1", true),
        (
            "echo 'Invalid data found when processing input' >&2; exit 1",
            false,
        ),
        ("echo part > 480.mp4; exit 1", false),
        ("echo no video > 480.mp4", false),
        // What no video leaves is nothing to judge one by, and nothing to wait for.
        ("mkfifo 480.mp4", true),
        ("ln -s ../source 480.mp4", true),
        ("true", false),
    ] {
        let folder = TempDir::new().unwrap();
        let transcoder = faked(&folder, script, |_| ());
        let failed = transcode(&transcoder, &folder).await.unwrap_err();
        let found = matches!(failed, TranscodeError::Temporary(_));
        // Nothing where a video should be is an error of the file system.
        assert_eq!(
            found,
            is_temporary || script == "true",
            "{script}: {failed}"
        );
    }
}

#[tokio::test]
async fn an_ffmpeg_that_calls_an_option_otherwise_is_told_so() {
    let before_5_1 = r#"case " $* " in
        *' -fps_mode '*) echo "Unrecognized option 'fps_mode'." >&2; exit 1 ;;
        *' -vsync vfr '*) exec cp ../source 480.mp4 ;;
    esac
    exit 1"#;
    let folder = TempDir::new().unwrap();
    let transcoder = faked(&folder, before_5_1, |_| ());
    transcode(&transcoder, &folder).await.unwrap();
}

#[tokio::test]
async fn a_transcoder_that_hangs_or_floods_the_disk_is_ended_and_its_turn_is_free_again() {
    for script in [
        "sleep 1000 & trap '' TERM; wait; sleep 1000",
        "while :; do cat /dev/zero > 480.mp4; done",
        "i=0; while :; do i=$((i + 1)); head -c 500000 /dev/zero > $i; done",
    ] {
        let folder = TempDir::new().unwrap();
        let script =
            format!("[ -e ../again ] && exec cp ../source 480.mp4\ntouch ../again\n{script}");
        let transcoder = faked(&folder, &script, |options| {
            options.transcode.least_time = Duration::from_secs(3);
            options.transcode.times_the_duration = 0;
            options.transcode.output_bytes = 1 << 20;
        });
        let target = folder.path().join("target");
        let source = folder.path().join("source");
        fs::write(&source, crate::DEMO_CLIP).unwrap();
        fs::create_dir(&target).unwrap();
        let rung = Some(Rung::P480);
        let failed = transcoder
            .to_mp4(&source, Container::Mp4, rung, &target)
            .await;
        assert!(
            matches!(failed, Err(TranscodeError::Video(_))),
            "{failed:?}"
        );
        fs::remove_dir_all(&target).unwrap();
        fs::create_dir(&target).unwrap();
        transcoder
            .to_mp4(&source, Container::Mp4, rung, &target)
            .await
            .unwrap();
    }
}
