//! Where subscriptions are kept: in memory or in a folder, by name.

#[cfg(feature = "sqlite")]
use std::path::Path;
use std::sync::Arc;

use crate::error::SubscriptionError;
use crate::subscription::checkpoints::Checkpoints;
use crate::subscription::memory::MemoryCheckpoints;
#[cfg(feature = "sqlite")]
use crate::subscription::sqlite::SqliteCheckpoints;
use crate::subscription::{SubscriptionStatus, lease};

/// Where subscriptions are kept: the name of each, what it has acknowledged and who reads it. A clone is another handle on the same.
///
/// [`Views`](crate::Views) have their own, in memory or in their folder; a program without views makes one here.
///
/// ```
/// # use eventsourcing::prelude::*;
/// # #[derive(Aggregate)] pub struct Account { root: Root<Self> }
/// # #[events] impl Account { #[event(Opened)] pub fn open() -> Self { Self { root: Root::new() } } }
/// # #[derive(Application)] pub struct Bank { pub accounts: Repository<Account> }
/// use eventsourcing::subscription::Subscriptions;
///
/// # pollster::block_on(async {
/// let bank = Bank::new(MemoryStore::new());
/// bank.accounts.save(&mut Account::open()).await?;
///
/// let subscriptions = Subscriptions::memory();
/// let mut mails = bank.subscribe("mailer").open(&subscriptions).await?;
/// mails.next().await?.expect("it waits for events").ack().await?;
/// mails.close().await?;
///
/// let listed = subscriptions.list().await?;
/// assert_eq!((&*listed[0].name, listed[0].checkpoint.get(), listed[0].is_held), ("mailer", 1, false));
/// assert!(subscriptions.remove("mailer").await?);
/// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct Subscriptions {
    kept_by: Arc<dyn Checkpoints>,
}

impl Subscriptions {
    /// Subscriptions that are kept as long as a handle is.
    #[must_use]
    pub fn memory() -> Self {
        Self { kept_by: Arc::new(MemoryCheckpoints::default()) }
    }

    /// Subscriptions that are kept in the file `subscriptions.db` of this folder, which any number of processes use. Folder and file are made when a
    /// subscription is first asked for.
    ///
    /// An acknowledgement survives the end of the process. A power loss may take back the last ones, and what they were of is delivered again.
    #[cfg(feature = "sqlite")]
    #[must_use]
    pub fn sqlite(folder: impl AsRef<Path>) -> Self {
        Self { kept_by: Arc::new(SqliteCheckpoints::new(folder.as_ref())) }
    }

    /// Each subscription, in the order of their names.
    ///
    /// # Errors
    ///
    /// [`SubscriptionError::Kept`] if the file cannot be read.
    ///
    /// # Cancel safety
    ///
    /// Reading changes nothing.
    pub async fn list(&self) -> Result<Vec<SubscriptionStatus>, SubscriptionError> {
        self.kept_by.list().await
    }

    /// Removes a subscription with its checkpoint and all that it has skipped, and says whether there was one. When its name is opened again, it is
    /// new, and begins where its [`Start`](crate::subscription::Start) says. In a folder that was copied while a reader had the subscription, that one is
    /// waited for as [`try_open`](crate::subscription::Subscribe::try_open) does.
    ///
    /// # Errors
    ///
    /// [`SubscriptionError::Held`] while a reader has it, [`SubscriptionError::Kept`] if the file cannot be written.
    ///
    /// # Cancel safety
    ///
    /// A future that is dropped has removed it or not.
    pub async fn remove(&self, name: &str) -> Result<bool, SubscriptionError> {
        lease::remove(&*self.kept_by, name).await
    }

    pub(crate) fn kept_by(&self) -> Arc<dyn Checkpoints> {
        Arc::clone(&self.kept_by)
    }
}

impl AsRef<Self> for Subscriptions {
    fn as_ref(&self) -> &Self {
        self
    }
}
