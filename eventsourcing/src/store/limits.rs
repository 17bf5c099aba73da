//! What is too large.

use crate::error::InvalidCommit;

/// The limits that are the same in every store.
#[derive(Debug)]
#[non_exhaustive]
pub struct Limits;

impl Limits {
    /// The most bytes of one payload: 8 MiB.
    pub const PAYLOAD: usize = 8 << 20;
    /// The most bytes of all payloads of a commit, with the metadata once for each: 64 MiB.
    pub const COMMIT: usize = 64 << 20;
    /// The most events of a commit: 65,536.
    pub const EVENTS: usize = 1 << 16;
    /// The most bytes of the metadata of a commit, as JSON: 64 KiB.
    pub const METADATA: usize = 64 << 10;
    /// The most bytes of the name of an aggregate or of an event.
    pub const NAME: usize = 255;
}

pub(super) fn check_event(name: &str, payload: usize, bytes: usize, events: usize) -> Result<(), InvalidCommit> {
    check_name(name)?;
    if payload > Limits::PAYLOAD {
        let event = name.to_owned();
        return Err(InvalidCommit::PayloadTooLarge { event, bytes: payload, limit: Limits::PAYLOAD });
    }
    if bytes > Limits::COMMIT {
        return Err(InvalidCommit::CommitTooLarge { limit: Limits::COMMIT });
    }
    if events > Limits::EVENTS {
        return Err(InvalidCommit::TooManyEvents { limit: Limits::EVENTS });
    }
    Ok(())
}

pub(super) fn check_name(name: &str) -> Result<(), InvalidCommit> {
    if name.is_empty() || name.len() > Limits::NAME || name.chars().any(char::is_control) {
        return Err(InvalidCommit::Name { name: name.to_owned(), limit: Limits::NAME });
    }
    Ok(())
}
