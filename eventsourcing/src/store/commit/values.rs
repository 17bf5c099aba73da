//! One event of a commit, and where a commit was stored.

use std::borrow::Cow;

use crate::stream::Position;

/// One event to be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NewEvent<'a> {
    /// Its stored name.
    pub name: &'a Cow<'static, str>,
    /// The version of its fields, from 1.
    pub schema_version: u32,
    /// Its fields, as a JSON object; opaque to a store.
    pub payload: &'a [u8],
}

/// Where a commit was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "those who write a store build it")]
pub struct Committed {
    /// The position of its first event; one more than `last` if it has no events.
    pub first: Position,
    /// The position of its last event; that of the store's last event if it has none.
    pub last: Position,
    /// Whether it was stored before, and nothing now.
    pub repeated: bool,
}

impl Committed {
    /// The position of one of its `events`, counted from 1. Where the store leaves gaps between them, which are not known, that of the last stands for it.
    pub(crate) fn position_of(&self, event: u64, events: u64) -> Position {
        let is_dense = self.first.saturating_add(events) == self.last.next();
        if is_dense { self.first.previous().saturating_add(event) } else { self.last }
    }
}
