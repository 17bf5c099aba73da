//! The end of the log, as a connection that writes knows it.

use rusqlite::Connection;

use crate::store::sqlite::error::LogMismatch;
use crate::store::sqlite::format::head::{self, Head};

/// Where the log ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tail {
    /// The last event that this connection has seen. Another process may have stored more since.
    Guessed(Head),
    /// The last event, as the running transaction has seen it.
    Known(Head),
}

impl Tail {
    /// The last event that is known of.
    pub(crate) const fn head(self) -> Head {
        match self {
            Self::Guessed(head) | Self::Known(head) => head,
        }
    }

    /// The tail once the transaction that knew it has ended.
    pub(crate) const fn guess(self) -> Self {
        Self::Guessed(self.head())
    }

    /// Looks where the log ends, unless that is known.
    pub(crate) fn know(&mut self, conn: &Connection) -> Result<Head, LogMismatch> {
        if let Self::Guessed(before) = *self {
            *self = Self::Known(head::find(conn, before)?);
        }
        Ok(self.head())
    }

    /// Makes an event that the running transaction has stored the last one.
    pub(crate) fn push(&mut self, head: Head) {
        debug_assert_eq!(head.position, self.head().position + 1, "positions are dense");
        *self = Self::Known(head);
    }
}
