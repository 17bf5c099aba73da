//! What a caller can say about a commit.

use std::sync::Arc;

use crate::event::Metadata;
use crate::stream::CommitId;

/// The id and the metadata of a commit, where the caller gives them.
///
/// A [`CommitId`] or a [`Metadata`] stands for options with nothing else.
///
/// ```
/// use eventsourcing::{CommitId, Metadata};
/// use eventsourcing::repository::CommitOptions;
///
/// let options = CommitOptions::new().id(CommitId::named("request 17")).metadata(Metadata::new().with_actor("alice"));
/// assert_ne!(options, CommitOptions::from(CommitId::named("request 17")));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommitOptions {
    pub(crate) id: Option<CommitId>,
    // Shared, because each save of a repository carries it.
    pub(crate) metadata: Option<Arc<Metadata>>,
}

impl CommitOptions {
    /// An id of the framework's making, and no metadata.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Commits under this id: the second commit under it stores nothing and returns the result of the first.
    #[must_use]
    pub const fn id(mut self, id: CommitId) -> Self {
        self.id = Some(id);
        self
    }

    /// Stores this with each event of the commit.
    #[must_use]
    pub fn metadata(mut self, metadata: Metadata) -> Self {
        self.metadata = Some(Arc::new(metadata)).filter(|metadata| !metadata.is_empty());
        self
    }
}

impl CommitOptions {
    /// These, and what they leave open from the others.
    pub(crate) fn or(self, others: &Self) -> Self {
        Self { id: self.id.or(others.id), metadata: self.metadata.or_else(|| others.metadata.clone()) }
    }
}

impl From<CommitId> for CommitOptions {
    fn from(id: CommitId) -> Self {
        Self::new().id(id)
    }
}

impl From<Metadata> for CommitOptions {
    fn from(metadata: Metadata) -> Self {
        Self::new().metadata(metadata)
    }
}
