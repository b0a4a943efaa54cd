//! Which pictures are taken, when they are shown, and which of them are key frames.

use super::Scene;

#[tokio::test]
async fn a_video_of_variable_rate_has_no_picture_twice_and_none_too_many() {
    // A second with 30 pictures, three without any, and one with 120.
    let variable = "-f lavfi -i testsrc=s=320x180:r=120:d=5 \
        -vf select='if(lt(t,1),not(mod(n,4)),gte(t,4))' -fps_mode vfr";
    for (name, coding) in [
        ("a.webm", "-c:v libvpx -deadline realtime -cpu-used 8"),
        ("a.mp4", "-c:v mpeg4"),
    ] {
        let Some(scene) = Scene::new(&format!("{variable} {coding}"), name) else {
            return;
        };
        let times = scene.to_mp4(None).await.times("");
        assert_eq!(times.len(), 30 + 60, "{name}: {times:?}");
        let gap = times[30] - times[29];
        assert!((3.0..3.1).contains(&gap), "{name}: {times:?}");
        let late = times[89] - times[30];
        assert!((0.9..1.0).contains(&late), "{name}: {times:?}");
    }
}

/// Browsers write times in whole milliseconds.
#[tokio::test]
async fn about_sixty_pictures_a_second_are_taken_wherever_their_times_were_rounded_to() {
    for (times, pictures) in [
        ("round(N*1000/60)", 600..=600),
        ("floor(N*1000/60)", 600..=600),
        ("7+round(N*1001/60)", 600..=600),
        ("16+floor(N*1001/60)", 600..=600),
        // 9.6 and 9.375 seconds.
        ("N*16", 574..=578),
        ("floor(N*1000/64)", 560..=565),
    ] {
        let arguments = format!(
            "-f lavfi -i testsrc=s=64x48:r=60:d=10 -vf settb=1/1000,setpts='{times}' -fps_mode passthrough \
             -enc_time_base 1:1000 -c:v libvpx -deadline realtime -cpu-used 8"
        );
        let Some(scene) = Scene::new(&arguments, "a.webm") else {
            return;
        };
        let found = scene.to_mp4(None).await.times("").len();
        assert!(pictures.contains(&found), "{times}: {found} of 600");
    }
}

#[tokio::test]
async fn key_frames_are_four_seconds_apart_however_long_there_was_no_picture_before() {
    // A second of pictures, a minute without any, and nine seconds of them.
    let gap = "-f lavfi -i testsrc=s=64x48:r=25:d=10 -vf setpts='if(lt(T,1),PTS,PTS+60/TB)' \
        -fps_mode vfr -c:v libvpx -deadline realtime -cpu-used 8";
    let Some(scene) = Scene::new(gap, "gap.webm") else {
        return;
    };
    let keys = scene.to_mp4(None).await.times("-skip_frame nokey ");
    assert_eq!(keys.len(), 4, "{keys:?}");
    for (found, expected) in keys.iter().zip([0.0, 61.0, 65.0, 69.0]) {
        assert!((found - expected).abs() < 0.01, "{keys:?}");
    }
}
