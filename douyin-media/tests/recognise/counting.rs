use std::io::{self, Cursor, Read, Seek, SeekFrom};

use douyin_media::{NotAVideo, ProbeError, VideoInfo, VideoLimits, recognise};

/// Counts what is read.
pub(crate) struct Counting<R> {
    inner: R,
    pub(crate) reads: u64,
    pub(crate) seeks: u64,
    pub(crate) largest: usize,
    bytes: usize,
}

impl<R> Counting<R> {
    pub(crate) const fn new(inner: R) -> Self {
        Self {
            inner,
            reads: 0,
            seeks: 0,
            largest: 0,
            bytes: 0,
        }
    }
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.reads += 1;
        self.largest = self.largest.max(buffer.len());
        let length = self.inner.read(buffer)?;
        self.bytes += length;
        Ok(length)
    }
}

impl<R: Seek> Seek for Counting<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.seeks += 1;
        self.inner.seek(to)
    }
}

/// Recognises bytes, and proves that it costs and answers no more than is promised.
pub(crate) fn recognise_bytes(bytes: &[u8]) -> Result<VideoInfo, ProbeError> {
    let mut reader = Counting::new(Cursor::new(bytes));
    let limits = VideoLimits::default();
    let result = recognise(&mut reader, &limits);
    let Counting { reads, seeks, .. } = reader;
    assert!(reads <= 200_000, "{reads} reads");
    assert!(seeks <= reads + 1, "{seeks} seeks for {reads} reads");
    let Counting {
        largest,
        bytes: read,
        ..
    } = reader;
    assert!(largest <= 3072, "reads of {largest} bytes");
    assert!(read <= 48 << 20, "{read} bytes read");
    let length = bytes.len() as u64;
    assert!(reads <= length + 1, "{reads} reads of {length} bytes");
    match &result {
        Ok(info) => {
            let pixels = u64::from(info.width) * u64::from(info.height);
            assert!((1..=limits.pixels).contains(&pixels), "{info:?}");
            assert!(info.duration <= Some(limits.duration), "{info:?}");
        }
        Err(ProbeError::Refused(_)) => {}
        Err(error) => panic!("bytes in memory can be read: {error}"),
    }
    result
}

/// Why it is refused.
pub(crate) fn refusal(bytes: &[u8]) -> NotAVideo {
    match recognise_bytes(bytes) {
        Err(ProbeError::Refused(reason)) => reason,
        other => panic!("{other:?}"),
    }
}
