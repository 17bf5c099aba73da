//! A commit that was sent and is not answered yet.

use std::sync::Arc;

use crate::aggregate::Held;
use crate::event::Metadata;
use crate::stream::{CommitId, StreamId, Version};

/// What an aggregate knows of a commit that its pending events are in: from before it is sent until it is answered for certain.
///
/// Whether the answer is lost, or the caller stops waiting for it, sending the same commit again then tells whether it is stored, and stores
/// nothing twice.
#[derive(Clone, Debug)]
pub struct Attempt {
    pub(crate) commit: CommitId,
    /// Whether the id came from outside.
    pub(crate) given: bool,
    pub(crate) metadata: Option<Arc<Metadata>>,
    /// How many events of this aggregate are in it: the oldest that are pending.
    pub(crate) events: u64,
    /// What the aggregate holds of unique values once these are stored.
    pub(crate) held: Held,
    /// All parts of the commit in their order, if it is not of this aggregate alone.
    pub(crate) parts: Option<Arc<[Part]>>,
}

impl Attempt {
    /// The fingerprint of what its id stands for.
    pub(crate) fn fingerprint(&self) -> Option<&str> {
        self.metadata.as_ref()?.fingerprint()
    }
}

/// One stream's part of a commit.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) stream: StreamId,
    pub(crate) expected: Version,
    /// How many events it has; 0 if only the version was to be checked.
    pub(crate) events: u64,
}
