//! Rows that are parked.

use std::time::SystemTime;

use crate::stream::Position;

/// A row that is parked: a delivery to it has failed, and all later ones wait behind it, while other rows go on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Parked<K> {
    /// Its key.
    pub key: K,
    /// The event whose delivery failed.
    pub position: Position,
    /// Why, in words.
    pub error: String,
    /// Since when.
    pub since: SystemTime,
    /// How many deliveries wait, that one included.
    pub waiting: u64,
}

impl<K> Parked<K> {
    /// The same under what is made of its key.
    pub(crate) fn with_key<T>(self, key: impl FnOnce(&K) -> T) -> Parked<T> {
        let Self { key: of, position, error, since, waiting } = self;
        Parked { key: key(&of), position, error, since, waiting }
    }
}

/// Deliveries that will never be made, by a call of [`drop_parked`](crate::Views::drop_parked).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Dropped<K> {
    /// The row as it was parked.
    pub parked: Parked<K>,
    /// When they were dropped.
    pub at: SystemTime,
}

/// What is to be done with what waits for a row or an instance that is parked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ParkedAction {
    /// Make it.
    Retry,
    /// Drop it.
    Drop,
}

/// One delivery to a row that is parked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct DeliveryPlace {
    pub(crate) position: Position,
    /// Which of the deliveries at that position, from 0; [`DeliveryPlace::ALL`] of an event that could not be read.
    pub(crate) nth: u32,
}

impl DeliveryPlace {
    /// All deliveries to the row at its position.
    pub(crate) const ALL: u32 = u32::MAX;

    /// Whether it is one of these, or they have all at its position.
    pub(super) fn is_among(self, places: &[Self]) -> bool {
        places.contains(&self) || places.contains(&Self { nth: Self::ALL, ..self })
    }
}
