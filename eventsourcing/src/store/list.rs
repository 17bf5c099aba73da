//! Which streams a store has.

use std::borrow::Cow;

use uuid::Uuid;

use crate::store::read::PAGE;

/// The most ids of a page, whatever is asked for.
const MOST: usize = 1 << 13;

/// A page of the streams of one kind of aggregate to list.
///
/// ```
/// use eventsourcing::store::StreamList;
///
/// let first = StreamList::new("Account").limit(100);
/// assert_eq!((first.after, first.limit), (None, 100));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StreamList {
    /// The stored name of the kind of aggregate.
    pub aggregate: Cow<'static, str>,
    /// The id to list after; `None` lists from the first.
    pub after: Option<Uuid>,
    /// The most ids to give; 0 is taken as 1.
    pub limit: usize,
}

impl StreamList {
    /// The streams of the aggregates of this stored name, in pages of 1,024.
    pub fn new(aggregate: impl Into<Cow<'static, str>>) -> Self {
        Self { aggregate: aggregate.into(), after: None, limit: PAGE }
    }

    /// Only those with a greater id.
    #[must_use]
    pub const fn after(mut self, id: Uuid) -> Self {
        self.after = Some(id);
        self
    }

    /// At most this many; 0 is taken as 1.
    #[must_use]
    pub const fn limit(mut self, ids: usize) -> Self {
        self.limit = if ids == 0 { 1 } else { ids };
        self
    }

    /// How many ids a page of a store of this crate has at most, whatever is asked for: 8,192.
    #[must_use]
    pub fn bound(&self) -> usize {
        self.limit.clamp(1, MOST)
    }
}

/// A page of the streams of one kind of aggregate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "those who write a store build it")]
pub struct StreamPage {
    /// The ids of the aggregates, in ascending order.
    pub ids: Vec<Uuid>,
    /// Whether there may be more after the last of them.
    pub more: bool,
}
