use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use super::Rung;
use crate::Container;
use crate::ffmpeg::{DECODERS, QUIET, demuxer, pictures};
use crate::probe::Playable;

/// Pixels of the shorter and the longer side of what is encoded again without a rung: H.264 in 1920 × 1080 plays everywhere, more of it
/// does not.
const SHORTER_SIDE: u32 = 1080;
/// However long and narrow the picture.
const TIMES_LONGER: u32 = 3;

/// Pictures per second of what is encoded, at most: a file may have any number.
const MOST_PICTURES: u32 = 60;
/// Seconds that a picture may come before its turn: a WebM has times in milliseconds, rounded or cut.
const EARLIER: &str = "0.002";

/// Parts of a second that times of pictures are kept in: those of a video of variable rate stay what they are, as where it has no picture for
/// a while. By default they are rounded to the rate that it seems to have.
const TICKS: u32 = 90_000;

/// Seconds from one key frame to the next: the target of a segment.
const KEY_FRAME_SECONDS: u32 = 4;

/// Keeps the times of pictures instead of repeating and dropping some of them for a constant rate.
pub(super) const VARIABLE_RATE: &str = "-fps_mode";
/// The same before `ffmpeg` 5.1, and gone in 9.
pub(super) const VARIABLE_RATE_BEFORE_5_1: &str = "-vsync";

/// What `ffmpeg` is told to make an MP4.
#[derive(Debug)]
pub(super) struct Arguments<'a> {
    pub(super) source: &'a Path,
    pub(super) container: Container,
    /// The number of the track of pictures.
    pub(super) track: Option<u32>,
    pub(super) rung: Option<Rung>,
    /// What is copied instead of being encoded again; pictures only without a rung.
    pub(super) copied: Playable,
    /// What is longer is cut off.
    pub(super) duration: Duration,
    /// Frames with more of them are not decoded, whatever was declared.
    pub(super) pixels: u64,
    pub(super) threads: u32,
    /// A name in the folder that it runs in.
    pub(super) output: &'a str,
}

impl Arguments<'_> {
    pub(super) fn words(&self, variable_rate: &str) -> Vec<OsString> {
        let Self {
            pixels,
            threads,
            output,
            ..
        } = self;
        let (demuxer, pictures) = (demuxer(self.container), pictures(self.track));
        let seconds = self.duration.as_secs();
        let frames = seconds.saturating_mul(MOST_PICTURES.into());
        let before = format!(
            "{QUIET} {DECODERS} -filter_threads 1 -threads {threads} -max_pixels {pixels} -f {demuxer} -i"
        );
        // Turned upright on the way, where the source says that it lies. Nothing but the pictures and the sound is taken along: no
        // places, no names, no chapters, no subtitles.
        let after = format!(
            "-map {pictures} -map 0:a:0? -sn -dn -map_metadata -1 -map_chapters -1 -t {seconds} -frames:v {frames} \
             {} {} -threads {threads} -f mp4 -y file:{output}",
            if self.copied.pictures {
                "-c:v copy".to_owned()
            } else {
                self.encoded_pictures(variable_rate)
            },
            if self.copied.sound {
                "-c:a copy"
            } else {
                ENCODED_SOUND
            },
        );
        let words = |text: &str| text.split_whitespace().map(OsString::from).collect();
        let mut all: Vec<OsString> = words(&before);
        all.push(concatenated("file:", self.source));
        all.extend::<Vec<_>>(words(&after));
        all
    }

    fn encoded_pictures(&self, variable_rate: &str) -> String {
        let side = self.rung.map_or(SHORTER_SIDE, Rung::shorter_side);
        let (rate, buffer) = match self.rung {
            None => ("6M", "12M"),
            Some(Rung::P720) => ("2800k", "5600k"),
            Some(Rung::P480) => ("1200k", "2400k"),
        };
        let longest = side * TIMES_LONGER;
        // More than come between two that are forced: it would add others right before them.
        let most_between = MOST_PICTURES * (KEY_FRAME_SECONDS + 1);
        let ticks_between = TICKS * KEY_FRAME_SECONDS;
        let selected = selected();
        format!(
            "{variable_rate} vfr -enc_time_base 1:{TICKS} \
             -vf select='{selected}',\
             scale=w='if(lt(iw,ih),min({side},iw),min({longest},iw))':h='if(lt(iw,ih),min({longest},ih),min({side},ih))'\
             :force_original_aspect_ratio=decrease:force_divisible_by=2:flags=bicubic,setsar=1,format=yuv420p \
             -c:v libx264 -preset veryfast -profile:v high -crf 23 -maxrate {rate} -bufsize {buffer} \
             -g {most_between} -sc_threshold 0 -flags +cgop \
             -force_key_frames expr:isnan(prev_forced_t)+gte(round((t-prev_forced_t)*{TICKS}),{ticks_between})"
        )
    }
}

/// Takes each picture that has a turn, of which there are [`MOST_PICTURES`] a second; variable 0 is when the next one begins. A picture that is late
/// has the turn that is due, so that of a rate a little higher only as many are dropped as are too many. After a turn without any, turns
/// begin anew with the next picture.
fn selected() -> String {
    format!(
        "if(isnan(prev_selected_t)+gte(t,ld(0)-{EARLIER}),\
         st(0,if(lt(abs(t-ld(0)),1/{MOST_PICTURES}),ld(0),t)+1/{MOST_PICTURES}))"
    )
}

/// Two channels at a rate that every client plays.
const ENCODED_SOUND: &str = "-c:a aac -b:a 128k -ac 2 -ar 48000";

fn concatenated(scheme: &str, path: &Path) -> OsString {
    let mut url = OsString::from(scheme);
    url.push(path.as_os_str());
    url
}
