use std::fs;
use std::io::Cursor;
use std::process::Command;

use tempfile::TempDir;

use super::*;

const PICTURES: &str = "-f lavfi -i testsrc=s=320x180:r=25:d=2";
const SOUND: &str = "-f lavfi -i sine=d=2";

/// A transcoder, and a folder with a video that `ffmpeg` made; `None` without `ffmpeg`, which CI has.
struct Scene {
    transcoder: Transcoder,
    folder: TempDir,
}

impl Scene {
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
        Some(Self {
            transcoder: Transcoder::new(ffmpeg, &options),
            folder,
        })
    }

    async fn to_mp4(&self, name: &str, rung: Option<Rung>) -> VideoInfo {
        let source = self.folder.path().join(name);
        let bytes = fs::read(&source).unwrap();
        let container = probe::recognise(Cursor::new(bytes), &VideoLimits::default())
            .unwrap()
            .container;
        let output = TempDir::new().unwrap();
        let made = self
            .transcoder
            .to_mp4(&source, container, rung, output.path())
            .await
            .unwrap();
        let names: Vec<_> = fs::read_dir(output.path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        assert_eq!(names, std::slice::from_ref(&made));
        let made = fs::read(made).unwrap();
        probe::recognise(Cursor::new(made), &VideoLimits::default()).unwrap()
    }
}

#[tokio::test]
async fn whatever_is_recognised_becomes_an_mp4() {
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
    ] {
        let Some(scene) = Scene::new(&format!("{PICTURES} {SOUND} {coding}"), name) else {
            return;
        };
        let info = scene.to_mp4(name, None).await;
        assert_eq!(info.container, Container::Mp4, "{name}");
        assert_eq!((info.width, info.height), (320, 180), "{name}");
        let millis = info.duration.unwrap().as_millis();
        assert!((1900..2200).contains(&millis), "{name}: {millis} ms");
    }
}
