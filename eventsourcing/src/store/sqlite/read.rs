//! Pages. The events of a page come from one statement; other statements may see a later moment, and must allow for that.

pub(crate) mod gathered;
pub(crate) mod log;
pub(crate) mod rows;
pub(crate) mod stream;
pub(crate) mod streams;

use std::ops::ControlFlow;

use crate::store::{StoredEvent, Visit};

/// The bytes of the events of a page so far. A page ends with the event that takes them to a bound.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct PageBytes(usize);

impl PageBytes {
    /// The bound.
    const MOST: usize = 8 << 20;

    /// What an event counts beside its payload and metadata: about what it takes to keep one.
    const EVENT: usize = 128;

    /// Counts one more event, with so many bytes of payload and metadata.
    #[inline]
    pub(crate) const fn add(&mut self, bytes: usize) {
        self.0 += Self::EVENT + bytes;
    }

    /// Whether the page ends here.
    #[inline]
    pub(crate) const fn is_full(self) -> bool {
        self.0 >= Self::MOST
    }
}

/// Visits no more than a page may have in bytes.
pub(crate) fn bounded<'v>(visit: &'v mut Visit<'_>) -> impl FnMut(StoredEvent<'_>) -> ControlFlow<()> + Send + 'v {
    let mut bytes = PageBytes::default();
    move |event| {
        visit(event)?;
        bytes.add(event.payload.len() + event.metadata.map_or(0, <[u8]>::len));
        if bytes.is_full() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

#[cfg(test)]
mod tests;
