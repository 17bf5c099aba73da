//! Pages. The events of a page come from one statement; other statements may see a later moment, and must allow for that.

pub(crate) mod gathered;
pub(crate) mod log;
pub(crate) mod rows;
pub(crate) mod stream;
pub(crate) mod streams;

use std::ops::ControlFlow;

use crate::store::{StoredEvent, Visit};

/// The bound of a page in bytes.
const PAGE: usize = 8 << 20;

/// What an event counts beside its payload and metadata: about what it takes to keep one.
const EVENT: usize = 128;

/// Whether a page ends with the last of so many events, which have so many bytes of payload and metadata: with the one that takes it to its bound.
#[inline]
pub(crate) const fn is_full(events: usize, bytes: usize) -> bool {
    bytes + EVENT * events >= PAGE
}

/// Visits no more than a page may have in bytes.
pub(crate) fn bounded<'v>(visit: &'v mut Visit<'_>) -> impl FnMut(StoredEvent<'_>) -> ControlFlow<()> + Send + 'v {
    let (mut events, mut bytes) = (0, 0);
    move |event| {
        visit(event)?;
        events += 1;
        bytes += event.payload.len() + event.metadata.map_or(0, <[u8]>::len);
        if is_full(events, bytes) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

#[cfg(test)]
mod tests;
