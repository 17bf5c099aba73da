//! Pages. The events of a page come from one statement; other statements may see a later moment, and must allow for that.

pub(crate) mod gathered;
pub(crate) mod log;
pub(crate) mod rows;
pub(crate) mod stream;
pub(crate) mod streams;

use crate::store::sqlite::format::body::Body;

/// The bound of a page in bytes.
const PAGE: usize = 8 << 20;

/// What an event counts beside its payload and metadata: about what it takes to keep one.
const EVENT: usize = 128;

/// Whether a page ends with the last of so many events, which have so many bytes of payload and metadata: with the one that takes it to its bound.
#[inline]
pub(crate) const fn is_full(events: usize, bytes: usize) -> bool {
    bytes + EVENT * events >= PAGE
}

/// How much a page has.
#[derive(Debug, Default)]
pub(crate) struct Size {
    pub(crate) events: usize,
    bytes: usize,
}

impl Size {
    /// Counts an event.
    #[inline]
    pub(crate) fn add(&mut self, body: &Body<'_>) {
        self.events += 1;
        self.bytes += body.payload.len() + body.metadata.map_or(0, <[u8]>::len);
    }

    /// Whether the page ends with the last of its events.
    #[inline]
    pub(crate) const fn is_full(&self) -> bool {
        is_full(self.events, self.bytes)
    }
}

#[cfg(test)]
mod tests;
