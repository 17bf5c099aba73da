//! Numbers of as many bytes as they need: seven bits in each, the lowest first, and a high bit on all but the last (unsigned LEB128).

/// The most bytes that a number has.
pub(crate) const MOST: usize = 10;

/// The bytes of a number.
pub(crate) fn bytes(number: u64) -> impl Iterator<Item = u8> {
    let mut rest = Some(number);
    std::iter::from_fn(move || {
        let number = rest?;
        let [low, ..] = number.to_le_bytes();
        rest = Some(number >> 7).filter(|rest| *rest > 0);
        Some(if rest.is_some() { low | 0x80 } else { low & 0x7f })
    })
}

/// Adds the bytes of a number.
#[inline]
pub(crate) fn put(number: u64, to: &mut Vec<u8>) {
    match u8::try_from(number) {
        Ok(small @ ..0x80) => to.push(small),
        Ok(_) | Err(_) => to.extend(bytes(number)),
    }
}

/// The number that bytes begin with, and the rest of them.
#[inline]
pub(crate) fn take(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let (first, rest) = bytes.split_first()?;
    if *first < 0x80 { Some((u64::from(*first), rest)) } else { take_long(bytes) }
}

fn take_long(mut bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut number = 0;
    for shift in (0..u64::BITS).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        let low = u64::from(byte & 0x7f);
        number |= low << shift;
        bytes = rest;
        if *byte < 0x80 {
            return (number >> shift == low).then_some((number, bytes));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_it_was_written() {
        for number in [0, 1, 127, 128, 300, 16_383, 16_384, u64::from(u32::MAX), u64::MAX >> 1, u64::MAX] {
            let mut written = Vec::new();
            put(number, &mut written);
            assert_eq!(written, bytes(number).collect::<Vec<_>>());
            assert!(written.len() <= MOST);
            written.push(7);
            assert_eq!(take(&written), Some((number, &[7][..])), "{number}");
        }
        assert_eq!(bytes(127).count(), 1);
        assert_eq!(bytes(128).count(), 2);
    }

    #[test]
    fn what_is_cut_off_or_too_large_is_no_number() {
        let written: Vec<u8> = bytes(u64::MAX).collect();
        for length in 0..written.len() {
            assert_eq!(take(&written[..length]), None);
        }
        assert_eq!(take(&[0xff; 11]), None);
        assert_eq!(take(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02]), None);
    }
}
