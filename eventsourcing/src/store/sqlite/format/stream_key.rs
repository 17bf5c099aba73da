//! What a stream is called in a file: the id of its aggregate's name, as a number of as many bytes as it needs, and the 16 bytes of its UUID.
//! One column of it costs less to read and to compare than two.

use uuid::Uuid;

use crate::store::sqlite::format::varint;

const UUID: usize = 16;

#[derive(Clone, Copy, Debug)]
pub(crate) struct StreamKey {
    bytes: [u8; varint::MOST + UUID],
    length: usize,
}

impl StreamKey {
    pub(crate) fn new(aggregate: i64, id: Uuid) -> Self {
        let mut key = Self { bytes: [0; varint::MOST + UUID], length: 0 };
        let parts = varint::bytes(aggregate.cast_unsigned()).chain(id.into_bytes());
        for (place, byte) in key.bytes.iter_mut().zip(parts) {
            *place = byte;
            key.length += 1;
        }
        key
    }

    /// The beginning of all keys of an aggregate, which sorts before them.
    pub(crate) fn before_all(aggregate: i64) -> Self {
        let key = Self::new(aggregate, Uuid::nil());
        Self { length: key.length.saturating_sub(UUID), ..key }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    /// The parts of a key, as far as they can be read.
    #[inline]
    pub(crate) fn parts(bytes: &[u8]) -> (Option<i64>, Option<Uuid>) {
        match varint::take(bytes) {
            Some((aggregate, id)) => (Some(aggregate.cast_signed()), Uuid::from_slice(id).ok()),
            None => (None, None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_key_are_what_it_was_made_of() {
        let id = Uuid::from_u128(u128::MAX / 3);
        for aggregate in [1, 127, 128, i64::MAX, -1] {
            let key = StreamKey::new(aggregate, id);
            assert_eq!(StreamKey::parts(key.bytes()), (Some(aggregate), Some(id)));
        }
        assert_eq!(StreamKey::new(1, id).bytes().len(), 17);
        assert_eq!(StreamKey::parts(&[1, 2]), (Some(1), None));
        assert_eq!(StreamKey::parts(&[]), (None, None));
    }
}
