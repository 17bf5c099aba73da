//! What is too large.

use crate::error::InvalidCommit;

/// How much a store takes, and what it promises beyond the contract.
///
/// A [`Commit`](crate::store::Commit) holds no more than [`Limits::MAX`], and every store takes at least [`Limits::FLOOR`]: a commit within the floor can be
/// stored in any. A store between the two says so:
///
/// ```
/// use eventsourcing::store::Limits;
///
/// let limits = Limits::MAX.payload_bytes(1 << 20).events(1_000);
/// assert!(limits.max_events >= Limits::FLOOR.max_events);
/// assert_eq!(limits.max_commit_bytes, Limits::MAX.max_commit_bytes);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The most bytes of one payload.
    pub max_payload_bytes: usize,
    /// The most bytes of all payloads of a commit, with the metadata once for each.
    pub max_commit_bytes: usize,
    /// The most events of a commit.
    pub max_events: usize,
    /// The most bytes of the metadata of a commit, as JSON.
    pub max_metadata_bytes: usize,
    /// The most bytes of the name of an aggregate or of an event.
    pub max_name_bytes: usize,
    /// Whether positions count the events without gaps (C3 of [`EventStore`](crate::store::EventStore)).
    pub dense_positions: bool,
}

impl Limits {
    /// What a commit holds at most, and what the stores of this crate take: a payload of 8 MiB, 64 MiB in all, 65,536 events, 64 KiB of
    /// metadata, names of 255 bytes. Positions without gaps.
    pub const MAX: Self = Self {
        max_payload_bytes: 8 << 20,
        max_commit_bytes: 64 << 20,
        max_events: 1 << 16,
        max_metadata_bytes: 64 << 10,
        max_name_bytes: 255,
        dense_positions: true,
    };

    /// What every store takes at least: a payload of 512 KiB, 8 MiB in all, 500 events, and metadata and names as in [`Limits::MAX`].
    /// Positions may have gaps.
    pub const FLOOR: Self = Self {
        max_payload_bytes: 512 << 10,
        max_commit_bytes: 8 << 20,
        max_events: 500,
        dense_positions: false,
        ..Self::MAX
    };

    /// With at most so many bytes in a payload.
    #[must_use]
    pub const fn payload_bytes(mut self, bytes: usize) -> Self {
        self.max_payload_bytes = bytes;
        self
    }

    /// With at most so many bytes in all payloads of a commit.
    #[must_use]
    pub const fn commit_bytes(mut self, bytes: usize) -> Self {
        self.max_commit_bytes = bytes;
        self
    }

    /// With at most so many events in a commit.
    #[must_use]
    pub const fn events(mut self, events: usize) -> Self {
        self.max_events = events;
        self
    }

    /// With positions that may have gaps.
    #[must_use]
    pub const fn sparse_positions(mut self) -> Self {
        self.dense_positions = false;
        self
    }

    /// Whether nothing that these limits let through is refused by the others.
    #[must_use]
    pub const fn is_within(&self, other: &Self) -> bool {
        self.max_payload_bytes <= other.max_payload_bytes
            && self.max_commit_bytes <= other.max_commit_bytes
            && self.max_events <= other.max_events
            && self.max_metadata_bytes <= other.max_metadata_bytes
            && self.max_name_bytes <= other.max_name_bytes
    }

    /// Checks one more event, with which a commit has so many bytes and events.
    pub(super) fn check_event(
        &self,
        name: &str,
        payload: usize,
        bytes: usize,
        events: usize,
    ) -> Result<(), InvalidCommit> {
        self.check_name(name)?;
        if payload > self.max_payload_bytes {
            let event = name.to_owned();
            return Err(InvalidCommit::PayloadTooLarge { event, bytes: payload, limit: self.max_payload_bytes });
        }
        if bytes > self.max_commit_bytes {
            return Err(InvalidCommit::CommitTooLarge { limit: self.max_commit_bytes });
        }
        if events > self.max_events {
            return Err(InvalidCommit::TooManyEvents { limit: self.max_events });
        }
        Ok(())
    }

    pub(super) fn check_metadata(&self, bytes: usize) -> Result<(), InvalidCommit> {
        if bytes > self.max_metadata_bytes {
            return Err(InvalidCommit::MetadataTooLarge { bytes, limit: self.max_metadata_bytes });
        }
        Ok(())
    }

    pub(super) fn check_name(&self, name: &str) -> Result<(), InvalidCommit> {
        if name.is_empty() || name.len() > self.max_name_bytes || name.chars().any(char::is_control) {
            return Err(InvalidCommit::Name { name: name.to_owned(), limit: self.max_name_bytes });
        }
        Ok(())
    }
}
