use super::bits::Bits;

/// What is needed of a sequence parameter set (ITU-T H.264, 7.3.2.1.1 and E.1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ParameterSet {
    /// Pixels that are decoded, those that are cut off included.
    pub(super) width: u32,
    pub(super) height: u32,
    /// Whether its luminance is 0..=255 instead of 16..=235.
    pub(super) is_full_range: bool,
    /// How colours become luminance (E.2.1, table E-5); 2 where it does not say.
    pub(super) matrix: u8,
}

/// Profiles that say which colours they have (7.3.2.1.1).
const HIGH: [u32; 13] = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135];

/// Reads one, with the byte that says that it is one. `None` where it is cut short or is not what every client plays: 4:2:0 with 8 bits.
pub(super) fn read(unit: &[u8]) -> Option<ParameterSet> {
    let mut bits = Bits::of(unit.get(1..)?);
    let profile = bits.number(8)?;
    let (_constraints, _level, _id) = (bits.number(8)?, bits.number(8)?, bits.golomb()?);
    if HIGH.contains(&profile) {
        let (colours, luma_bits, chroma_bits) = (bits.golomb()?, bits.golomb()?, bits.golomb()?);
        if (colours, luma_bits, chroma_bits) != (1, 0, 0) {
            return None;
        }
        let _is_lossless = bits.bit()?;
        if bits.bit()? == 1 {
            for list in 0..8 {
                if bits.bit()? == 1 {
                    skip_scaling_list(&mut bits, if list < 6 { 16 } else { 64 })?;
                }
            }
        }
    }
    let _frame_number_bits = bits.golomb()?;
    match bits.golomb()? {
        0 => drop(bits.golomb()?),
        1 => {
            let (_always_zero, _, _) = (bits.bit()?, bits.signed_golomb()?, bits.signed_golomb()?);
            // 255 at most.
            let frames = bits.golomb()?.min(256);
            for _ in 0..frames {
                bits.signed_golomb()?;
            }
        }
        _ => {}
    }
    let (_references, _gaps) = (bits.golomb()?, bits.bit()?);
    let (columns, rows) = (bits.golomb()?, bits.golomb()?);
    let fields = 2 - bits.bit()?;
    if fields == 2 {
        bits.bit()?;
    }
    let _direct = bits.bit()?;
    if bits.bit()? == 1 {
        for _side in 0..4 {
            bits.golomb()?;
        }
    }
    let (is_full_range, matrix) = read_colours(&mut bits).unwrap_or((false, 2));
    Some(ParameterSet {
        width: columns.checked_add(1)?.checked_mul(16)?,
        height: rows.checked_add(1)?.checked_mul(16 * fields)?,
        is_full_range,
        matrix,
    })
}

/// (7.3.2.1.1.1)
fn skip_scaling_list(bits: &mut Bits, length: u32) -> Option<()> {
    let (mut last, mut next) = (8, 8);
    for _ in 0..length {
        if next != 0 {
            next = (last + bits.signed_golomb()?) & 0xFF;
        }
        last = if next == 0 { last } else { next };
    }
    Some(())
}

/// `None` where it does not say.
fn read_colours(bits: &mut Bits) -> Option<(bool, u8)> {
    if bits.bit()? == 0 {
        return None;
    }
    // How wide a pixel is (255: in two numbers), and what may be cut off.
    if bits.bit()? == 1 && bits.number(8)? == 255 {
        bits.number(32)?;
    }
    if bits.bit()? == 1 {
        bits.bit()?;
    }
    if bits.bit()? == 0 {
        return None;
    }
    let (_format, is_full_range) = (bits.number(3)?, bits.bit()? == 1);
    let matrix = if bits.bit()? == 1 {
        let (_primaries, _transfer) = (bits.number(8)?, bits.number(8)?);
        u8::try_from(bits.number(8)?).ok()?
    } else {
        2
    };
    Some((is_full_range, matrix))
}
