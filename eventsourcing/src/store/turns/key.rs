//! What a slot is found by.

use std::hash::{BuildHasher, Hash, Hasher};

use crate::stream::StreamId;

/// A stream; and of which store, where stores share turns.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Key {
    store: usize,
    stream: StreamId,
}

impl Key {
    pub(super) const fn new(store: usize, stream: StreamId) -> Self {
        Self { store, stream }
    }
}

/// Ids distinguish streams but for a few, so that the rest need not be hashed.
impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u128(self.stream.id().as_u128());
    }
}

/// Folds the id once, with a random seed: an update that nothing waits for is to cost little.
#[derive(Clone, Copy)]
pub(super) struct Fold {
    seed: u128,
    hash: u64,
}

impl Default for Fold {
    fn default() -> Self {
        Self { seed: fastrand::u128(..), hash: 0 }
    }
}

impl BuildHasher for Fold {
    type Hasher = Self;

    fn build_hasher(&self) -> Self {
        *self
    }
}

impl Hasher for Fold {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u128(u128::from(*byte) ^ u128::from(self.hash));
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "the halves are what is meant")]
    fn write_u128(&mut self, id: u128) {
        let mixed = id ^ self.seed;
        let folded = u128::from(mixed as u64) * u128::from((mixed >> 64) as u64 | 1);
        self.hash = folded as u64 ^ (folded >> 64) as u64;
    }

    fn finish(&self) -> u64 {
        self.hash
    }
}
