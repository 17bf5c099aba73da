//! What is kept of a subscription, for those who look after it.

use crate::stream::{Position, StoreId};

/// A subscription as it is kept at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SubscriptionStatus {
    /// Its name.
    pub name: String,
    /// The store whose events it reads; none while its first reader is still opening it.
    pub store: Option<StoreId>,
    /// The position up to which its events are acknowledged.
    pub checkpoint: Position,
    /// Whether a reader has it.
    pub is_held: bool,
    /// The events that were left out by [`skip`](crate::subscription::Subscription::skip), in the order of their positions.
    pub skipped: Vec<Skipped>,
}

/// An event that a subscription was moved past by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Skipped {
    /// Where the event stands.
    pub position: Position,
    /// Which event it is, and why it could not be read.
    pub error: String,
}

impl SubscriptionStatus {
    /// How many positions it is behind the [head](crate::store::EventStore::head) of its store.
    #[must_use]
    pub const fn lag(&self, head: Position) -> u64 {
        head.saturating_sub(self.checkpoint.get()).get()
    }
}
