//! Pages. The events of a page come from one statement; other statements may see a later moment, and must allow for that.

pub(crate) mod gathered;
pub(crate) mod log;
pub(crate) mod rows;
pub(crate) mod stream;
pub(crate) mod streams;

use std::ops::ControlFlow;

use crate::store::{StoredEvent, Visit};

/// A page ends with the event that takes its bytes to this.
pub(crate) const PAGE_BYTES: usize = 8 << 20;

/// What an event counts beside its payload and metadata: about what it takes to keep one.
pub(crate) const EVENT_BYTES: usize = 128;

/// Visits no more than a page may have in bytes.
pub(crate) fn bounded<'v>(visit: &'v mut Visit<'_>) -> impl FnMut(StoredEvent<'_>) -> ControlFlow<()> + Send + 'v {
    let mut bytes = 0;
    move |event| {
        visit(event)?;
        bytes += EVENT_BYTES + event.payload.len() + event.metadata.map_or(0, <[u8]>::len);
        if bytes < PAGE_BYTES { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }
}

#[cfg(test)]
mod tests;
