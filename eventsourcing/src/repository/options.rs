//! What a caller can say about a commit.

use std::sync::Arc;

use uuid::Uuid;

use crate::event::Metadata;
use crate::stream::CommitId;

/// The id and the metadata of a commit, and what the id stands for, where the caller gives them.
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
    fingerprint: Option<Uuid>,
}

/// The namespace of fingerprints; a constant of the stored format.
const FINGERPRINTS: Uuid = Uuid::from_u128(0x5d1f_2a36_8c0b_5e47_b1d9_64c7_0e8f_a293);

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
    pub fn metadata(mut self, mut metadata: Metadata) -> Self {
        metadata.clear_fingerprint();
        self.metadata = Some(Arc::new(metadata)).filter(|metadata| !metadata.is_empty());
        self
    }

    /// Says what the id stands for, such as the body of the request: a repetition under the id that is of something else is refused.
    ///
    /// Without it, whoever uses an id again is given the result of the first commit, also for another request on the same aggregates. A hash of what is
    /// given is stored in the metadata of the commit, under `commit_fingerprint`. It is compared wherever a commit is found to be stored under the
    /// id, and [`SaveError::OtherFingerprint`](crate::SaveError::OtherFingerprint) comes back if it differs: also for a request that a rule would refuse now. Give the
    /// same bytes for the same request, so nothing that differs from try to try, such as a time or the order of a map.
    ///
    /// If the stored commit or the repetition has none, nothing is compared: ids that were used before fingerprints were given
    /// stay what they are. Without an [id](Self::id), nothing is stored of it.
    ///
    /// ```
    /// # use eventsourcing::prelude::*;
    /// # #[derive(Aggregate)] struct Account { root: Root<Self>, balance: i64 }
    /// # #[events] impl Account {
    /// #     #[event(Opened)] fn open() -> Self { Self { root: Root::new(), balance: 0 } }
    /// #     #[event(Deposited)] fn deposit(&mut self, amount: i64) { self.balance += amount; }
    /// # }
    /// use eventsourcing::repository::CommitOptions;
    ///
    /// # pollster::block_on(async {
    /// # let accounts = Repository::<Account>::new(MemoryStore::new());
    /// # let mut account = Account::open();
    /// # accounts.save(&mut account).await?;
    /// # let id = account.id();
    /// let request = |body: &str| CommitOptions::new().id(CommitId::named("request 17")).fingerprint(body);
    /// accounts.update_with(request("deposit 5"), id, |account| account.deposit(5)).await?;
    /// accounts.update_with(request("deposit 5"), id, |account| account.deposit(5)).await?; // stores nothing
    ///
    /// let other = accounts.update_with(request("deposit 7"), id, |account| account.deposit(7)).await;
    /// assert!(matches!(other, Err(UpdateError::Save(SaveError::OtherFingerprint { .. }))));
    /// assert_eq!(accounts.get(id).await?.balance, 5);
    /// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
    /// ```
    #[must_use]
    pub fn fingerprint(mut self, content: impl AsRef<[u8]>) -> Self {
        self.fingerprint = Some(Uuid::new_v5(&FINGERPRINTS, content.as_ref()));
        self
    }
}

impl CommitOptions {
    /// The metadata that is stored with the commit, with the fingerprint.
    pub(crate) fn stored_metadata(&self) -> Option<Arc<Metadata>> {
        let Some(fingerprint) = self.stored_fingerprint() else { return self.metadata.clone() };
        let mut metadata = self.metadata.as_deref().cloned().unwrap_or_default();
        metadata.set_fingerprint(fingerprint);
        Some(Arc::new(metadata))
    }

    /// The fingerprint as it is stored.
    pub(crate) fn stored_fingerprint(&self) -> Option<String> {
        self.fingerprint.filter(|_| self.id.is_some()).map(|fingerprint| fingerprint.to_string())
    }

    /// These, and what they leave open from the others.
    pub(crate) fn or(self, others: &Self) -> Self {
        Self {
            id: self.id.or(others.id),
            metadata: self.metadata.or_else(|| others.metadata.clone()),
            fingerprint: self.fingerprint.or(others.fingerprint),
        }
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
