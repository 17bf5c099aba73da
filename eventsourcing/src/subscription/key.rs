//! The keys by which receivers know a repeated delivery.

use uuid::Uuid;

use crate::stream::{Position, StoreId};

/// The namespace of the keys of all subscriptions; a constant, as receivers keep them.
const KEYS: Uuid = Uuid::from_u128(0x5d0c_1a7e_36b4_5f29_8e61_7c0b_94d2_a3f8);

/// The part of a key that all events of a subscription have in common.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeySpace(Uuid);

impl KeySpace {
    pub(crate) fn new(store: StoreId, subscription: &str) -> Self {
        let store = store.as_uuid();
        let name: Vec<u8> = store.as_bytes().iter().chain(subscription.as_bytes()).copied().collect();
        Self(Uuid::new_v5(&KEYS, &name))
    }

    /// The key of one event: that of this number at a position, where an event with this checksum is stored.
    pub(crate) fn key(self, position: Position, number: u32, checksum: u32) -> Uuid {
        let [position, number, checksum] = [position.get(), number.into(), checksum.into()].map(u64::to_be_bytes);
        Uuid::new_v5(&self.0, &[position, number, checksum].concat())
    }
}
