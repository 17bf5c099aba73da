//! Where the checkpoints of subscriptions are kept, and who may move each: what is asked of memory and of a file.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use crate::error::SubscriptionError;
use crate::lease::HeldLease;
use crate::log::Checkpoint;
use crate::signal::Flag;
use crate::store::BoxFuture;
use crate::subscription::{Skipped, SubscriptionStatus};

/// One who reads a subscription, or waits to. Each has a token of its own, so that two of them are never taken for each other.
#[derive(Debug)]
pub(crate) struct Holder {
    pub(crate) name: Arc<str>,
    pub(crate) token: Uuid,
    /// How long it may give no sign of life before another takes its place.
    pub(crate) lease: Duration,
    /// Whether another has taken its place.
    lost: Flag,
}

/// The answer to one who asks for a subscription.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Claimed {
    /// It is the holder's; with the checkpoint, unless it is new.
    Mine(Option<Checkpoint>),
    Held(Other),
}

/// The answer to one who removes a subscription.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Removed {
    /// Whether there was one.
    Done(bool),
    Held(Other),
}

/// Another who has a subscription.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Other {
    pub(crate) held: HeldLease,
    /// Whether its process lives, for all that is known. If not, its signs of life alone tell.
    pub(crate) is_locked: bool,
}

/// What memory and files do with the checkpoints. Each call is begun when it is made, also if its future is never polled.
pub(crate) trait Checkpoints: Debug + Send + Sync {
    /// Gives a subscription to this holder if no other has it, if the other's process has ended, or if the other's lease is still exactly as it was
    /// `seen`: the caller has then waited for as long as that lease is.
    fn claim(
        &self,
        holder: &Arc<Holder>,
        seen: Option<HeldLease>,
    ) -> BoxFuture<'static, Result<Claimed, SubscriptionError>>;

    /// Keeps a checkpoint, and what was skipped on the way to it; one that is behind the kept one changes nothing.
    ///
    /// # Errors
    ///
    /// [`SubscriptionError::Fenced`] if the subscription is not the holder's; nothing is changed.
    fn advance(
        &self,
        holder: &Arc<Holder>,
        to: Checkpoint,
        skipped: Option<Skipped>,
    ) -> BoxFuture<'static, Result<(), SubscriptionError>>;

    /// Ends the lease of this holder, if it has one.
    fn release(&self, holder: &Arc<Holder>) -> BoxFuture<'static, Result<(), SubscriptionError>>;

    /// All subscriptions, in the order of their names.
    fn list(&self) -> BoxFuture<'static, Result<Vec<SubscriptionStatus>, SubscriptionError>>;

    /// Removes a subscription that no one holds; `seen` as in [`claim`](Self::claim).
    fn remove(&self, name: &str, seen: Option<HeldLease>) -> BoxFuture<'static, Result<Removed, SubscriptionError>>;
}

impl Holder {
    pub(crate) fn new(name: Arc<str>, lease: Duration) -> Self {
        Self { name, token: Uuid::new_v4(), lease, lost: Flag::default() }
    }

    /// Takes note that another has its place.
    pub(crate) fn lose(&self) {
        self.lost.raise();
    }

    pub(crate) fn has_lost(&self) -> bool {
        self.lost.is_raised()
    }

    /// Waits until another has its place.
    pub(crate) async fn wait_lost(&self) {
        self.lost.wait().await;
    }

    pub(crate) fn fenced(&self) -> SubscriptionError {
        SubscriptionError::Fenced { name: (*self.name).to_owned() }
    }
}
