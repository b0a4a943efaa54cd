use std::io::{self, Cursor, Read, Seek, SeekFrom};

use douyin_media::{NotAVideo, ProbeError, VideoInfo, VideoLimits, recognise};

/// Counts what is read.
pub(crate) struct Counting<R> {
    inner: R,
    pub(crate) reads: u64,
    pub(crate) largest: usize,
}

impl<R> Counting<R> {
    pub(crate) const fn new(inner: R) -> Self {
        Self {
            inner,
            reads: 0,
            largest: 0,
        }
    }
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.reads += 1;
        self.largest = self.largest.max(buffer.len());
        self.inner.read(buffer)
    }
}

impl<R: Seek> Seek for Counting<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

/// Recognises bytes, and proves that it costs no more than is promised.
pub(crate) fn recognise_bytes(bytes: &[u8]) -> Result<VideoInfo, ProbeError> {
    let mut reader = Counting::new(Cursor::new(bytes));
    let result = recognise(&mut reader, &VideoLimits::default());
    assert!(reader.reads <= 200_001, "{} reads", reader.reads);
    assert!(reader.largest <= 64, "reads of {} bytes", reader.largest);
    assert!(
        reader.reads <= 64 + 2 * bytes.len() as u64,
        "{} reads of {} bytes",
        reader.reads,
        bytes.len()
    );
    result
}

/// Why it is refused.
pub(crate) fn refusal(bytes: &[u8]) -> NotAVideo {
    match recognise_bytes(bytes) {
        Err(ProbeError::Refused(reason)) => reason,
        other => panic!("{other:?}"),
    }
}
