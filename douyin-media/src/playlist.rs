//! The playlists of a stream (HTTP Live Streaming, RFC 8216).

use std::ops::Range;

use crate::Rendition;

const MICROS: u128 = 1_000_000;

impl Rendition {
    /// The playlist of this rendition, which is the file at `uri`.
    ///
    /// All renditions of a stream must have the same target duration (6.2.4): the longest [of any](Self::target_duration).
    #[must_use]
    pub fn playlist(&self, uri: &str, target_duration: u64) -> String {
        let beginning = format!(
            "#EXTM3U\n\
             #EXT-X-VERSION:7\n\
             #EXT-X-TARGETDURATION:{target_duration}\n\
             #EXT-X-MEDIA-SEQUENCE:0\n\
             #EXT-X-PLAYLIST-TYPE:VOD\n\
             #EXT-X-INDEPENDENT-SEGMENTS\n\
             #EXT-X-MAP:URI=\"{uri}\",BYTERANGE=\"{}@{}\"\n",
            self.beginning.end - self.beginning.start,
            self.beginning.start,
        );
        let segments = (self.segments.iter().zip(self.durations())).map(|(segment, micros)| {
            let (seconds, fraction) = (micros / MICROS, micros % MICROS);
            let Range { start, end } = segment.bytes;
            let length = end - start;
            format!("#EXTINF:{seconds}.{fraction:06},\n#EXT-X-BYTERANGE:{length}@{start}\n{uri}\n")
        });
        let end = "#EXT-X-ENDLIST\n".to_owned();
        [beginning]
            .into_iter()
            .chain(segments)
            .chain([end])
            .collect()
    }

    /// The longest of its segments in whole seconds, rounded to the nearest (4.3.3.1); 1 at least.
    #[must_use]
    pub fn target_duration(&self) -> u64 {
        let longest = self.durations().max().unwrap_or(0);
        u64::try_from((longest + MICROS / 2) / MICROS).map_or(u64::MAX, |seconds| seconds.max(1))
    }

    /// The durations of its segments in microseconds. Their sum is rounded, and not each of them, so that they do not drift.
    fn durations(&self) -> impl Iterator<Item = u128> {
        let per_second = u128::from(self.per_second.max(1));
        let (mut units, mut before) = (0_u128, 0);
        self.segments.iter().map(move |segment| {
            units += u128::from(segment.duration);
            let now = (units * MICROS + per_second / 2) / per_second;
            now - std::mem::replace(&mut before, now)
        })
    }

    /// The bits per second of all segments together (4.3.4.2), rounded up.
    fn average_bandwidth(&self) -> u64 {
        let bytes = self
            .segments
            .iter()
            .map(|segment| segment.bytes.end - segment.bytes.start);
        bits_per_second(bytes.sum(), self.durations().sum())
    }

    /// The most bits per second of any segments in a row that play for between half and one and a half times the target duration
    /// (4.3.4.2), rounded up; of all of them, where they are too short for that.
    fn peak_bandwidth(&self, target_duration: u64) -> u64 {
        let target = u128::from(target_duration) * MICROS;
        let segments: Vec<_> = (self.segments.iter())
            .map(|segment| segment.bytes.end - segment.bytes.start)
            .zip(self.durations())
            .collect();
        let rows = (0..segments.len()).flat_map(|first| {
            segments[first..]
                .iter()
                .scan((0, 0), |(bytes, micros), next| {
                    *bytes += next.0;
                    *micros += next.1;
                    (*micros * 2 <= target * 3).then_some((*bytes, *micros))
                })
        });
        rows.filter(|(_, micros)| micros * 2 >= target)
            .map(|(bytes, micros)| bits_per_second(bytes, micros))
            .max()
            .unwrap_or(0)
            .max(self.average_bandwidth())
    }

    fn frame_rate(&self) -> f64 {
        let micros: u128 = self.durations().sum();
        #[expect(clippy::cast_precision_loss, reason = "it is told with three digits")]
        let rate = self.frames as f64 * MICROS as f64 / micros.max(1) as f64;
        rate
    }
}

fn bits_per_second(bytes: u64, micros: u128) -> u64 {
    let bits = u128::from(bytes) * 8 * MICROS;
    u64::try_from(bits.div_ceil(micros.max(1))).unwrap_or(u64::MAX)
}

/// The playlist that leads to those of the renditions, each at its URI, and tells players how to choose. Players begin with the first.
#[must_use]
pub fn multivariant_playlist(renditions: &[(&str, &Rendition)], target_duration: u64) -> String {
    let beginning = "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n".to_owned();
    let renditions = renditions.iter().map(|(uri, rendition)| {
        format!(
            "#EXT-X-STREAM-INF:BANDWIDTH={},AVERAGE-BANDWIDTH={},RESOLUTION={}x{},FRAME-RATE={:.3},CODECS=\"{}\"\n{uri}\n",
            rendition.peak_bandwidth(target_duration),
            rendition.average_bandwidth(),
            rendition.width,
            rendition.height,
            rendition.frame_rate(),
            rendition.codecs,
        )
    });
    [beginning].into_iter().chain(renditions).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Segment;

    /// Segments of so many bytes and thirtieths of a second.
    fn rendition(segments: &[(u64, u64)]) -> Rendition {
        let mut at = 100;
        Rendition {
            width: 360,
            height: 640,
            codecs: "avc1.64001F,mp4a.40.2".to_owned(),
            frames: segments.iter().map(|(_, duration)| duration).sum(),
            per_second: 30,
            beginning: 0..at,
            segments: (segments.iter())
                .map(|(bytes, duration)| {
                    let start = at;
                    at += bytes;
                    Segment {
                        bytes: start..at,
                        duration: *duration,
                    }
                })
                .collect(),
        }
    }

    #[test]
    fn a_playlist_names_the_beginning_and_every_segment_of_the_file() {
        let rendition = rendition(&[(1000, 121), (500, 40)]);
        assert_eq!(rendition.target_duration(), 4);
        assert_eq!(
            rendition.playlist("source.mp4", 5),
            "#EXTM3U\n\
             #EXT-X-VERSION:7\n\
             #EXT-X-TARGETDURATION:5\n\
             #EXT-X-MEDIA-SEQUENCE:0\n\
             #EXT-X-PLAYLIST-TYPE:VOD\n\
             #EXT-X-INDEPENDENT-SEGMENTS\n\
             #EXT-X-MAP:URI=\"source.mp4\",BYTERANGE=\"100@0\"\n\
             #EXTINF:4.033333,\n\
             #EXT-X-BYTERANGE:1000@100\n\
             source.mp4\n\
             #EXTINF:1.333334,\n\
             #EXT-X-BYTERANGE:500@1100\n\
             source.mp4\n\
             #EXT-X-ENDLIST\n"
        );
    }

    #[test]
    fn durations_do_not_drift() {
        let thirds = rendition(&vec![(1, 10); 3000]);
        assert_eq!(thirds.durations().sum::<u128>(), 1000 * MICROS);
        assert_eq!(thirds.target_duration(), 1);
    }

    #[test]
    fn the_main_playlist_tells_what_each_rendition_takes() {
        // The peak is that of the second; the last is too short to count alone, and with it the second is still between the bounds.
        let source = rendition(&[(1000, 120), (4000, 120), (3000, 30)]);
        let small = rendition(&[(10, 3)]);
        assert_eq!(
            multivariant_playlist(&[("source.m3u8", &source), ("480.m3u8", &small)], 4),
            "#EXTM3U\n\
             #EXT-X-VERSION:7\n\
             #EXT-X-INDEPENDENT-SEGMENTS\n\
             #EXT-X-STREAM-INF:BANDWIDTH=11200,AVERAGE-BANDWIDTH=7112,RESOLUTION=360x640,FRAME-RATE=30.000,CODECS=\"avc1.64001F,mp4a.40.2\"\n\
             source.m3u8\n\
             #EXT-X-STREAM-INF:BANDWIDTH=800,AVERAGE-BANDWIDTH=800,RESOLUTION=360x640,FRAME-RATE=30.000,CODECS=\"avc1.64001F,mp4a.40.2\"\n\
             480.m3u8\n"
        );
    }

    #[test]
    fn a_rendition_without_time_has_playlists_too() {
        let nothing = rendition(&[(10, 0)]);
        assert_eq!(nothing.target_duration(), 1);
        assert!(nothing.playlist("a.mp4", 1).contains("#EXTINF:0.000000,"));
        assert!(multivariant_playlist(&[("a.m3u8", &nothing)], 1).contains("FRAME-RATE=0.000"));
    }
}
