//! What a store is asked for, and what it gives.

use std::borrow::Cow;
use std::ops::{Bound, RangeBounds};

use crate::error::EventLocation;
use crate::stream::{Position, StreamId, Version};

/// The most events, or ids, of a page that is not limited otherwise.
pub(crate) const PAGE: usize = 1024;

/// An event as a store gives it out, borrowed from where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "those who write a store build it")]
pub struct StoredEvent<'a> {
    /// Its position in the store, from 1.
    pub position: Position,
    /// Its stream.
    pub stream: &'a StreamId,
    /// Its version in the stream, from 1.
    pub version: Version,
    /// Its stored name.
    pub name: &'a str,
    /// The version of its fields, from 1.
    pub schema_version: u32,
    /// Its fields, as a JSON object.
    pub payload: &'a [u8],
    /// What was said about its commit, as a JSON object.
    pub metadata: Option<&'a [u8]>,
    /// When it was recorded, in microseconds since 1970 UTC: as its commit said, or when it was stored, by the clock of the machine that did.
    pub recorded_at: i64,
}

impl StoredEvent<'_> {
    /// Where it is.
    #[must_use]
    pub fn location(&self) -> EventLocation {
        EventLocation { stream: self.stream.clone(), version: self.version, position: self.position }
    }
}

/// How far a page came: to a [`Version`] of a stream, to a [`Position`] of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "those who write a store build it")]
pub struct Page<P> {
    /// The last version visited, or the last position searched; 0 if there was none.
    pub reached: P,
    /// Whether there may be more after it.
    pub more: bool,
}

/// A page of one stream to read.
///
/// ```
/// use eventsourcing::{StreamId, store::StreamRead};
/// # let account = StreamId::new("Account", uuid::Uuid::nil());
///
/// let read = StreamRead::new(account.clone()).versions(3..=7);
/// assert_eq!((read.from.get(), read.to.get()), (3, 7));
///
/// // The last event alone.
/// let read = StreamRead::new(account).backward().limit(1);
/// assert_eq!((read.from.get(), read.to.get(), read.limit), (1, u64::MAX, 1));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StreamRead {
    /// The stream.
    pub stream: StreamId,
    /// The lowest version to visit.
    pub from: Version,
    /// The highest version to visit.
    pub to: Version,
    /// Whether to visit the highest version first.
    pub backward: bool,
    /// The most events to visit; 0 is taken as 1.
    pub limit: usize,
    /// Whether the visitor [waits for nothing](Self::never_waits).
    pub never_waits: bool,
}

impl StreamRead {
    /// The stream from its first event on, in pages of 1,024.
    #[must_use]
    pub const fn new(stream: StreamId) -> Self {
        Self { stream, from: Version::new(1), to: Version::MAX, backward: false, limit: PAGE, never_waits: false }
    }

    /// Only these versions, such as `3..=7`, `3..` or `..=7`.
    #[must_use]
    pub fn versions<V: Into<Version> + Copy>(mut self, versions: impl RangeBounds<V>) -> Self {
        self.from = match versions.start_bound() {
            Bound::Included(from) => (*from).into(),
            Bound::Excluded(before) => (*before).into().next(),
            Bound::Unbounded => Version::new(1),
        };
        self.to = match versions.end_bound() {
            Bound::Included(to) => (*to).into(),
            Bound::Excluded(after) => (*after).into().previous(),
            Bound::Unbounded => Version::MAX,
        };
        self
    }

    /// Goes on where a page of these events has ended: what is left is read next.
    pub const fn advance(&mut self, page: Page<Version>) {
        if self.backward {
            self.to = page.reached.previous();
        } else {
            self.from = page.reached.next();
        }
    }

    /// The highest version first.
    #[must_use]
    pub const fn backward(mut self) -> Self {
        self.backward = true;
        self
    }

    /// At most this many events; 0 is taken as 1.
    #[must_use]
    pub const fn limit(mut self, events: usize) -> Self {
        self.limit = if events == 0 { 1 } else { events };
        self
    }

    /// Says that the visitor waits for nothing, no lock and no other task, as one that only decodes events and keeps them: a store may then run it while it
    /// holds what others wait for, and so save a copy of the page. A hint, which a store may ignore; a visitor that waits all the same may wait for ever.
    #[must_use]
    pub const fn never_waits(mut self) -> Self {
        self.never_waits = true;
        self
    }

    /// How many events a page of ours has at most.
    #[inline]
    #[must_use]
    pub fn bound(&self) -> usize {
        self.limit.max(1)
    }
}

/// A page of the log to read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogRead {
    /// The position to read after.
    pub after: Position,
    /// The stored names of the aggregates to visit; empty for all.
    pub aggregates: Vec<Cow<'static, str>>,
    /// The stored names of the events to visit; empty for all.
    pub events: Vec<Cow<'static, str>>,
    /// The most events to visit; 0 is taken as 1.
    pub limit: usize,
    /// Whether the visitor [waits for nothing](Self::never_waits).
    pub never_waits: bool,
}

impl LogRead {
    /// The log after this position, in pages of 1,024.
    #[must_use]
    pub fn after(position: impl Into<Position>) -> Self {
        Self { after: position.into(), aggregates: Vec::new(), events: Vec::new(), limit: PAGE, never_waits: false }
    }

    /// Only events of these aggregates.
    #[must_use]
    pub fn aggregates(mut self, names: impl IntoIterator<Item = impl Into<Cow<'static, str>>>) -> Self {
        self.aggregates.extend(names.into_iter().map(Into::into));
        self
    }

    /// Only events of these names.
    #[must_use]
    pub fn events(mut self, names: impl IntoIterator<Item = impl Into<Cow<'static, str>>>) -> Self {
        self.events.extend(names.into_iter().map(Into::into));
        self
    }

    /// At most this many events; 0 is taken as 1.
    #[must_use]
    pub const fn limit(mut self, events: usize) -> Self {
        self.limit = if events == 0 { 1 } else { events };
        self
    }

    /// Says that the visitor waits for nothing, no lock and no other task, as one that only decodes events and keeps them: a store may then run it while it
    /// holds what others wait for, and so save a copy of the page. A hint, which a store may ignore; a visitor that waits all the same may wait for ever.
    #[must_use]
    pub const fn never_waits(mut self) -> Self {
        self.never_waits = true;
        self
    }

    /// How many events a page of ours has at most.
    #[inline]
    #[must_use]
    pub fn bound(&self) -> usize {
        self.limit.max(1)
    }

    /// Whether an event of this aggregate and this name is asked for.
    #[must_use]
    pub fn matches(&self, aggregate: &str, event: &str) -> bool {
        let asked = |names: &[Cow<'_, str>], name| names.is_empty() || names.iter().any(|asked| asked == name);
        asked(&self.aggregates, aggregate) && asked(&self.events, event)
    }
}
