/// The bits of a NAL unit, without the bytes that keep it from looking like the beginning of another one (ITU-T H.264, 7.4.1).
pub(super) struct Bits {
    bytes: Vec<u8>,
    /// In bits.
    at: usize,
}

impl Bits {
    pub(super) fn of(unit: &[u8]) -> Self {
        let (mut bytes, mut zeros) = (Vec::with_capacity(unit.len()), 0);
        for &byte in unit {
            if zeros == 2 && byte == 3 {
                zeros = 0;
                continue;
            }
            zeros = if byte == 0 { (zeros + 1).min(2) } else { 0 };
            bytes.push(byte);
        }
        Self { bytes, at: 0 }
    }

    /// `None` behind the end.
    pub(super) fn bit(&mut self) -> Option<u32> {
        let byte = self.bytes.get(self.at / 8)?;
        let bit = byte >> (7 - self.at % 8) & 1;
        self.at += 1;
        Some(bit.into())
    }

    /// A number of so many bits, 32 at most.
    pub(super) fn number(&mut self, bits: u32) -> Option<u32> {
        (0..bits).try_fold(0, |number, _| Some(number << 1 | self.bit()?))
    }

    /// A number in the exponential Golomb code (9.1), below 2^31.
    pub(super) fn golomb(&mut self) -> Option<u32> {
        let mut zeros = 0;
        while self.bit()? == 0 {
            zeros += 1;
            if zeros > 30 {
                return None;
            }
        }
        Some((1 << zeros) - 1 + self.number(zeros)?)
    }

    /// The same with a sign (9.1.1).
    pub(super) fn signed_golomb(&mut self) -> Option<i32> {
        let code = self.golomb()?.cast_signed();
        Some(if code & 1 == 1 {
            (code + 1) / 2
        } else {
            -(code / 2)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_until_there_are_no_more_bits() {
        // 1, 010, 011, 00100, then a 1 and nothing.
        let mut bits = Bits::of(&[0b1010_0110, 0b0100_1000]);
        let codes: Vec<_> = std::iter::from_fn(|| bits.golomb()).take(5).collect();
        assert_eq!(codes, [0, 1, 2, 3, 0]);
        assert_eq!(bits.number(32), None);
        let mut bits = Bits::of(&[0b0100_1100, 0b1000_0101]);
        assert_eq!(
            [(); 3].map(|()| bits.signed_golomb()),
            [Some(1), Some(-1), Some(2)]
        );
        assert_eq!(Bits::of(&[0; 8]).golomb(), None);
    }

    #[test]
    fn only_the_bytes_that_were_put_in_are_left_out() {
        let mut bits = Bits::of(&[0, 0, 3, 1, 3, 0, 0, 3, 0, 3]);
        let bytes: Vec<_> = std::iter::from_fn(|| bits.number(8)).collect();
        assert_eq!(bytes, [0, 0, 1, 3, 0, 0, 0, 3]);
    }
}
