//! Covers of H.264 without `ffmpeg`, which only makes the videos here.

#![cfg(unix)]

use douyin_media::{DEMO_CLIP, Decoder, Ffmpeg, MediaOptions};
use image::{DynamicImage, Rgb};

use crate::encoder::{ffmpeg, has_ffmpeg};
use crate::support::{Fixture, id, without_ffmpeg};

fn options() -> MediaOptions {
    let mut options = without_ffmpeg();
    options.decoder = Some(Decoder {
        program: env!("CARGO_BIN_EXE_douyin-decode-key-frame").into(),
        arguments: Vec::new(),
    });
    options.cover.time = std::time::Duration::from_mins(1);
    options
}

/// The cover, if it is a key frame.
async fn cover(video: &[u8]) -> Option<DynamicImage> {
    let fixture = Fixture::new("memory:", options());
    let stored = fixture.upload(id(1), video).await.unwrap();
    let cover = image::load_from_memory(&fixture.read(stored.cover()).await).unwrap();
    stored.keep().await;
    let stats = fixture.storage.stats();
    assert_eq!(stats.covers_of_frames, 0);
    (stats.covers_of_key_frames == 1).then_some(cover)
}

/// The colours of the four corners, clockwise from the upper left one.
fn corners(picture: &DynamicImage) -> [Rgb<u8>; 4] {
    let picture = picture.to_rgb8();
    let (right, low) = (picture.width() - 8, picture.height() - 8);
    [(8, 8), (right, 8), (right, low), (8, low)].map(|(x, y)| *picture.get_pixel(x, y))
}

fn is_near(found: Rgb<u8>, expected: [u8; 3]) -> bool {
    let mut pairs = found.0.into_iter().zip(expected);
    pairs.all(|(one, other)| one.abs_diff(other) < 24)
}

const RED: [u8; 3] = [255, 0, 0];
const GREEN: [u8; 3] = [0, 128, 0];
const BLUE: [u8; 3] = [0, 0, 255];
const WHITE: [u8; 3] = [255, 255, 255];

/// Red, green, blue and white in the corners, clockwise from the upper left one.
const CORNERS: &str = "-f lavfi -i color=black:s=320x180:d=1:r=10,\
    drawbox=w=160:h=90:c=red:t=fill,drawbox=x=160:w=160:h=90:c=green:t=fill,\
    drawbox=x=160:y=90:w=160:h=90:c=blue:t=fill,drawbox=y=90:w=160:h=90:c=white:t=fill";

#[tokio::test]
async fn the_demonstration_clip_has_a_cover_of_its_own_frame_without_any_other_program() {
    let cover = cover(DEMO_CLIP).await.expect("a key frame");
    assert_eq!((cover.width(), cover.height()), (360, 640));
}

#[tokio::test]
async fn what_a_browser_records_has_a_cover_of_its_own_frame_without_any_other_program() {
    let recorded = include_bytes!("../recognise/seeds/recorded.mp4");
    let cover = cover(recorded).await.expect("a key frame");
    assert_eq!((cover.width(), cover.height()), (48, 32));
}

#[tokio::test]
async fn a_cover_has_the_colours_of_its_video_whatever_the_way_they_are_coded() {
    if !has_ffmpeg() {
        return;
    }
    let fixture = Fixture::new("memory:", without_ffmpeg());
    for (what, coding) in [
        ("Baseline", "-profile:v baseline -pix_fmt yuv420p a.mp4"),
        (
            "High, pictures out of order",
            "-profile:v high -bf 3 -pix_fmt yuv420p b.mp4",
        ),
        ("QuickTime", "-pix_fmt yuv420p c.mov"),
        ("index first", "-pix_fmt yuv420p -movflags +faststart d.mp4"),
        (
            "fragments",
            "-bf 3 -pix_fmt yuv420p -movflags frag_keyframe+empty_moov h.mp4",
        ),
        (
            "a fragment per picture",
            "-pix_fmt yuv420p -movflags cmaf+frag_every_frame i.mp4",
        ),
        (
            "many slices",
            "-pix_fmt yuv420p -x264-params slices=8 e.mp4",
        ),
        (
            "full range, the colours of HDTV",
            "-vf scale=out_color_matrix=bt709:out_range=full -pix_fmt yuvj420p -colorspace bt709 -color_range pc f.mp4",
        ),
        (
            "the colours of HDTV",
            "-vf scale=out_color_matrix=bt709 -pix_fmt yuv420p -colorspace bt709 -color_range tv g.mp4",
        ),
    ] {
        let (coding, name) = coding.rsplit_once(' ').unwrap();
        let video = format!("{CORNERS} -c:v libx264 {coding}");
        let cover = cover(&ffmpeg(fixture.folder.path(), &video, name)).await;
        let cover = cover.unwrap_or_else(|| panic!("{what}: no key frame"));
        assert_eq!((cover.width(), cover.height()), (320, 180), "{what}");
        for (found, expected) in corners(&cover).into_iter().zip([RED, GREEN, BLUE, WHITE]) {
            assert!(
                is_near(found, expected),
                "{what}: {found:?} for {expected:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_cover_asks_neither_for_sound_nor_how_a_video_is_played() {
    if !has_ffmpeg() {
        return;
    }
    let fixture = Fixture::new("memory:", without_ffmpeg());
    let video = format!("{CORNERS} -c:v libx264 -bf 2 -pix_fmt yuv420p");
    let mut video = ffmpeg(fixture.folder.path(), &video, "a.mp4");
    let edits = video.windows(4).position(|kind| kind == b"elst").unwrap();
    // At twice the speed: behind the version, a count of one, a length and a time.
    video[edits + 20..edits + 24].copy_from_slice(&[0, 2, 0, 0]);
    assert!(cover(&video).await.is_some());
    let video =
        format!("{CORNERS} -f lavfi -i sine=d=1 -c:v libx264 -pix_fmt yuv420p -c:a pcm_s16le");
    let video = ffmpeg(fixture.folder.path(), &video, "b.mov");
    assert!(cover(&video).await.is_some());
}

#[tokio::test]
async fn a_cover_stands_upright_however_the_camera_was_held() {
    if !has_ffmpeg() {
        return;
    }
    let fixture = Fixture::new("memory:", without_ffmpeg());
    let folder = fixture.folder.path();
    ffmpeg(
        folder,
        &format!("{CORNERS} -c:v libx264 -pix_fmt yuv420p"),
        "lying.mp4",
    );
    let as_ffmpeg_turns_it = Fixture::new("memory:", MediaOptions::default());
    for turn in [0, 90, 180, 270] {
        let turned = format!("-i lying.mp4 -c copy -metadata:s:v:0 rotate={turn}");
        let video = ffmpeg(folder, &turned, &format!("{turn}.mp4"));
        let stored = as_ffmpeg_turns_it
            .upload(id(turn + 1), &video)
            .await
            .unwrap();
        let expected = as_ffmpeg_turns_it.read(stored.cover()).await;
        stored.keep().await;
        let expected = image::load_from_memory(&expected).unwrap();
        let cover = cover(&video).await.expect("a key frame");
        assert_eq!(
            (cover.width(), cover.height()),
            (expected.width(), expected.height())
        );
        for (found, expected) in corners(&cover).into_iter().zip(corners(&expected)) {
            assert!(
                is_near(found, expected.0),
                "{turn}: {found:?} for {expected:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_large_video_has_a_small_cover_and_one_that_begins_black_one_that_is_not() {
    if !has_ffmpeg() {
        return;
    }
    let fixture = Fixture::new("memory:", without_ffmpeg());
    let folder = fixture.folder.path();
    let large = "-f lavfi -i testsrc2=s=2160x3840:d=0.1:r=10 -pix_fmt yuv420p -c:v libx264 -preset ultrafast";
    let large = cover(&ffmpeg(folder, large, "large.mp4"))
        .await
        .expect("a key frame");
    assert_eq!((large.width(), large.height()), (720, 1280));

    let black = "-f lavfi -i testsrc2=s=320x180:d=4:r=10 -vf fade=in:0:15 -pix_fmt yuv420p -c:v libx264 -g 10";
    let seen = cover(&ffmpeg(folder, black, "fade.mp4"))
        .await
        .expect("a key frame");
    let brightest = seen.to_luma8().pixels().map(|pixel| pixel.0[0]).max();
    assert!(brightest > Some(100), "{brightest:?}");
}

#[tokio::test]
async fn what_it_does_not_decode_has_a_generated_cover() {
    if !has_ffmpeg() {
        return;
    }
    let fixture = Fixture::new("memory:", without_ffmpeg());
    let folder = fixture.folder.path();
    let source = "-f lavfi -i testsrc2=s=320x180:d=0.5:r=10";
    for (coding, name) in [
        ("-c:v libvpx -deadline realtime -cpu-used 8", "a.webm"),
        ("-c:v mpeg4", "b.mp4"),
        ("-c:v libx264 -pix_fmt yuv444p", "c.mp4"),
        ("-c:v libx264 -pix_fmt yuv420p10le", "d.mp4"),
    ] {
        let video = ffmpeg(folder, &format!("{source} {coding}"), name);
        assert!(cover(&video).await.is_none(), "{name}");
    }
}

#[tokio::test]
async fn what_ffmpeg_fails_at_is_decoded_after_it() {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::TempDir::new().unwrap();
    let program = folder.path().join("ffmpeg");
    fs::write(&program, "#!/bin/sh\necho part > frame.jpg; exit 1\n").unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let mut options = options();
    options.ffmpeg = Ffmpeg::At(program);
    let fixture = Fixture::new("memory:", options);
    fixture.upload(id(1), DEMO_CLIP).await.unwrap().keep().await;
    assert_eq!(fixture.storage.stats().covers_of_key_frames, 1);
}

#[tokio::test]
async fn a_broken_stream_costs_its_cover_and_nothing_else() {
    let index = DEMO_CLIP
        .windows(4)
        .position(|kind| kind == b"mdat")
        .unwrap()
        + 4;
    let sets = DEMO_CLIP
        .windows(4)
        .position(|kind| kind == b"avcC")
        .unwrap()
        + 4;
    for seed in 0..16_u8 {
        let mut video = DEMO_CLIP.to_vec();
        let (from, step) = if seed % 4 == 0 {
            (sets + 8, 3)
        } else {
            (index + 8, 7)
        };
        let end = if seed % 4 == 0 {
            sets + 30
        } else {
            video.len()
        };
        for (number, place) in (from..end).step_by(step).enumerate() {
            video[place] ^= seed
                .wrapping_mul(31)
                .wrapping_add(u8::try_from(number % 251).unwrap());
        }
        // A key frame or a generated picture, and an answer in any case.
        let fixture = Fixture::new("memory:", options());
        let stored = fixture.upload(id(1), &video).await.unwrap();
        let cover = image::load_from_memory(&fixture.read(stored.cover()).await).unwrap();
        assert_eq!((cover.width(), cover.height()), (360, 640), "{seed}");
        stored.discard().await;
        assert_eq!(fixture.unfinished(), Vec::<String>::new());
    }
}
