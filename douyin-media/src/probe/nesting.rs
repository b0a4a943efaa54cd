use std::io::{Read, Seek};

use super::boxes::{Part, Parts};
use super::input::Input;
use super::{NotAVideo, Result, tolerate};

/// Boxes of boxes that decoders follow into whatever they find there (ISO/IEC 14496-12, 6.2.3, and QuickTime's own).
const HOLDS_BOXES: [&[u8; 4]; 20] = [
    b"moov", b"trak", b"edts", b"mdia", b"minf", b"dinf", b"stbl", b"mvex", b"tref", b"udta",
    b"ilst", b"gmhd", b"tapt", b"wave", b"sinf", b"schi", b"ipro", b"matt", b"imap", b"mfra",
];

/// Fails where boxes of the index stand deeper within one another than so many: decoders call themselves for each.
pub(super) fn check<R: Read + Seek>(
    input: &mut Input<R>,
    index: &Part,
    deepest: u32,
) -> Result<()> {
    let mut open = vec![Parts::within(index.body.clone())];
    while let Some(innermost) = open.last_mut() {
        // What is no box where boxes are expected, such as in QuickTime's user data, matters to nobody: decoders stop there too.
        let Some(part) = innermost.next(input).or_else(tolerate)? else {
            open.pop();
            continue;
        };
        if HOLDS_BOXES.contains(&&part.kind) {
            if open.len() >= usize::try_from(deepest).unwrap_or(usize::MAX) {
                return Err(NotAVideo::Excessive("nesting").into());
            }
            open.push(Parts::within(part.body));
        }
    }
    Ok(())
}
