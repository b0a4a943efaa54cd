//! How samples are coded, as sample entries say it.

use std::io::{Read, Seek};
use std::ops::Range;

use super::boxes::{Part, Parts};
use super::input::Input;
use super::{Result, tolerate};

/// Bytes of a visual sample entry before the boxes in it (ISO/IEC 14496-12, 12.1.3).
pub(crate) const VISUAL: u64 = 78;

/// Bytes of an audio sample entry before the boxes in it (12.2.3).
const SOUND: u64 = 28;

/// The longest `esds` that is looked into, in bytes; encoders write some 40.
pub(crate) const LONGEST_ESDS: u64 = 1024;

/// How pictures are coded, as `avcC` says it (ISO/IEC 14496-15, 5.3.3.1).
#[derive(Debug, Clone)]
pub(crate) struct H264 {
    pub(crate) profile: u8,
    /// The flags beside the profile.
    pub(crate) constraints: u8,
    pub(crate) level: u8,
    /// The whole `avcC`.
    pub(crate) configuration: Part,
}

impl H264 {
    /// Baseline, Main and High: 4:2:0 with 8 bits, all of them (ITU-T H.264, A.2).
    pub(crate) const fn plays_everywhere(&self) -> bool {
        matches!(self.profile, 66 | 77 | 100)
    }
}

/// How sound is coded, as `esds` says it (ISO/IEC 14496-14, 5.6).
#[derive(Debug, Clone)]
pub(crate) struct Aac {
    /// Low Complexity (2), or High Efficiency (5, 29).
    pub(crate) object_type: u8,
    /// The whole `esds`.
    pub(crate) configuration: Part,
}

/// Width and height of what is decoded; `None` where the entry is too short for pictures.
pub(crate) fn coded_size<R: Read + Seek>(
    input: &mut Input<R>,
    entry: &Part,
) -> Result<Option<(u32, u32)>> {
    if entry.len() < 28 {
        return Ok(None);
    }
    let (width, height) = (input.u16(entry.at(24))?, input.u16(entry.at(26))?);
    Ok(Some((width.into(), height.into())))
}

/// `None` where it is not H.264.
pub(crate) fn h264_of<R: Read + Seek>(input: &mut Input<R>, entry: &Part) -> Result<Option<H264>> {
    if !matches!(&entry.kind, b"avc1" | b"avc3") || entry.len() < VISUAL {
        return Ok(None);
    }
    let inside = entry.at(VISUAL)..entry.body.end;
    let Some(configuration) = find(input, inside, *b"avcC")?.filter(|part| part.len() >= 7) else {
        return Ok(None);
    };
    let [_version, profile, constraints, level] = input.read(configuration.at(0))?;
    Ok(Some(H264 {
        profile,
        constraints,
        level,
        configuration,
    }))
}

/// `None` where it is not AAC, or none of the kinds that every client decodes.
pub(crate) fn aac_of<R: Read + Seek>(input: &mut Input<R>, entry: &Part) -> Result<Option<Aac>> {
    if &entry.kind != b"mp4a" || entry.len() < SOUND {
        return Ok(None);
    }
    // QuickTime's sound descriptions have more fields in versions 1 and 2.
    let fields = match input.u16(entry.at(8))? {
        0 => SOUND,
        1 => SOUND + 16,
        2 => SOUND + 36,
        _ => return Ok(None),
    };
    let inside = entry.at(fields).min(entry.body.end)..entry.body.end;
    let mut found = find(input, inside.clone(), *b"esds")?;
    if found.is_none()
        && let Some(wave) = find(input, inside, *b"wave")?
    {
        found = find(input, wave.body, *b"esds")?;
    }
    let Some(configuration) = found.filter(|esds| esds.len() <= LONGEST_ESDS) else {
        return Ok(None);
    };
    let object_type = object_type_of(&input.read_all(&configuration.body)?);
    Ok(object_type
        .filter(|kind| matches!(kind, 2 | 5 | 29))
        .map(|object_type| Aac {
            object_type,
            configuration,
        }))
}

/// The first box of a kind; `None` too where something else than boxes comes before it.
pub(crate) fn find<R: Read + Seek>(
    input: &mut Input<R>,
    within: Range<u64>,
    kind: [u8; 4],
) -> Result<Option<Part>> {
    let mut parts = Parts::within(within);
    while let Some(part) = parts.next(input).or_else(tolerate)? {
        if part.kind == kind {
            return Ok(Some(part));
        }
    }
    Ok(None)
}

/// The audio object type of an `esds` (ISO/IEC 14496-1, 7.2.6; 14496-3, 1.6.2.1); `None` where it holds no AAC.
fn object_type_of(esds: &[u8]) -> Option<u8> {
    let stream = descriptor(esds.get(4..)?, 3)?;
    let flags = *stream.get(2)?;
    let mut rest = stream.get(3..)?;
    if flags & 0x80 != 0 {
        rest = rest.get(2..)?;
    }
    if flags & 0x40 != 0 {
        let url = usize::from(*rest.first()?);
        rest = rest.get(1 + url..)?;
    }
    if flags & 0x20 != 0 {
        rest = rest.get(2..)?;
    }
    let decoder = descriptor(rest, 4)?;
    if *decoder.first()? != 0x40 {
        return None;
    }
    let specific = descriptor(decoder.get(13..)?, 5)?;
    Some(match specific {
        [first, second, ..] if first >> 3 == 31 => 32 + ((first & 7) << 3 | second >> 5),
        [first, ..] => first >> 3,
        [] => return None,
    })
}

/// The contents of a descriptor with this tag (ISO/IEC 14496-1, 8.3.3).
fn descriptor(bytes: &[u8], tag: u8) -> Option<&[u8]> {
    let (first, mut rest) = bytes.split_first()?;
    if *first != tag {
        return None;
    }
    let mut length = 0_usize;
    for _ in 0..4 {
        let (byte, behind) = rest.split_first()?;
        rest = behind;
        length = length << 7 | usize::from(byte & 0x7F);
        if byte & 0x80 == 0 {
            return rest.get(..length);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What ffmpeg writes for AAC-LC, and what lengths of one byte make of it.
    const LONG: &[u8] = b"\0\0\0\0\x03\x80\x80\x80\x25\0\x02\0\x04\x80\x80\x80\x17\x40\x15\0\0\0\0\x01\xF4\0\0\x01\xF4\0\
        \x05\x80\x80\x80\x05\x12\x10\x56\xE5\0\x06\x80\x80\x80\x01\x02";

    #[test]
    fn the_object_type_of_aac_is_found() {
        assert_eq!(object_type_of(LONG), Some(2));
        let short = b"\0\0\0\0\x03\x16\0\0\0\x04\x11\x40\x15\0\0\0\0\0\0\0\0\0\0\0\x05\x02\x2B\x92";
        assert_eq!(object_type_of(short), Some(5));
    }

    #[test]
    fn no_prefix_of_it_has_an_object_type_before_it_is_named() {
        for length in 0..LONG.len() {
            let found = object_type_of(&LONG[..length]);
            // The outermost descriptor says how long it is.
            assert_eq!(found, None.or(found.filter(|_| length >= 46)), "{length}");
        }
    }

    #[test]
    fn what_is_not_aac_has_no_object_type() {
        let mut mp3 = LONG.to_vec();
        mp3[17] = 0x6B;
        assert_eq!(object_type_of(&mp3), None);
    }
}
