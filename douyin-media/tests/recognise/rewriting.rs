//! What is promised of rewriting any bytes: that it ends without a panic, and of what it makes.

use std::io::Cursor;

use douyin_media::{
    FragmentError, IndexPlace, Rendition, VideoInfo, VideoLimits, fast_start, fragment,
    multivariant_playlist, recognise,
};

/// Puts the index first; `None` where the file is to stay as it is.
pub(crate) fn put_index_first(bytes: &[u8]) -> Option<Vec<u8>> {
    let (mut target, limits) = (Vec::new(), VideoLimits::default());
    let done = fast_start(Cursor::new(bytes), &mut target, &limits);
    if !done.expect("bytes in memory can be read") {
        assert!(target.is_empty());
        return None;
    }
    // Places are widened in files of 4 GiB only.
    assert_eq!(target.len(), bytes.len());
    if let Ok(info) = recognise(Cursor::new(bytes), &limits) {
        assert_eq!(info.index, IndexPlace::Last);
        let expected = VideoInfo {
            index: IndexPlace::First,
            ..info
        };
        let rewritten = recognise(Cursor::new(&target), &limits);
        assert_eq!(rewritten.expect("it was a video before"), expected);
    }
    let again = fast_start(Cursor::new(&target), &mut Vec::new(), &limits);
    assert!(!again.expect("bytes in memory can be read"));
    Some(target)
}

/// Cuts a video into segments; `None` where it cannot be cut.
pub(crate) fn cut_into_segments(bytes: &[u8]) -> Option<(Rendition, Vec<u8>)> {
    let (mut target, limits) = (Vec::new(), VideoLimits::default());
    let rendition = match fragment(Cursor::new(bytes), &mut target, &limits) {
        Ok(rendition) => rendition,
        Err(FragmentError::Io(error)) => panic!("bytes in memory can be read: {error}"),
        Err(_) => return None,
    };
    let info = recognise(Cursor::new(&target), &limits).expect("it was made to be one");
    assert_eq!(info.index, IndexPlace::Fragments);
    assert_eq!(
        (info.width, info.height),
        (rendition.width, rendition.height)
    );
    assert!(rendition.codecs.starts_with("avc"), "{}", rendition.codecs);

    let playlist = rendition.playlist("cut.mp4", rendition.target_duration());
    let mut end = 0;
    for line in playlist.lines().filter(|line| line.contains("BYTERANGE")) {
        let (length, at) = line.split_once('@').expect("a range has a place");
        let digits = |text: &str| {
            text.chars()
                .filter(char::is_ascii_digit)
                .collect::<String>()
        };
        let number = |text: &str| digits(text).parse::<usize>().expect("it is a number");
        assert_eq!(number(at), end, "{playlist}");
        let length = length
            .rsplit([':', '"'])
            .next()
            .expect("there is always one");
        end += number(length);
    }
    assert_eq!(end, target.len(), "{playlist}");
    let seconds: u64 = rendition
        .segments
        .iter()
        .map(|segment| segment.duration)
        .sum();
    // So long a pause may be, what plays after it, and how much later that is shown than decoded.
    let longest = 3 * limits.duration.as_secs() * u64::from(rendition.per_second);
    assert!(seconds <= longest, "{seconds}");
    let main = multivariant_playlist(&[("a.m3u8", &rendition)], rendition.target_duration());
    assert!(main.ends_with("a.m3u8\n"), "{main}");
    Some((rendition, target))
}
