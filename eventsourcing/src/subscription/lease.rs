//! The right to read a subscription, of one reader at a time: waiting for it, moving the checkpoint under it, losing it.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_timer::Delay;

use crate::error::SubscriptionError;
use crate::lease::{BEATS, HeldLease, Silence};
use crate::log::{Checkpoint, OtherLog};
use crate::store::EventStore;
use crate::subscription::Skipped;
use crate::subscription::checkpoints::{Checkpoints, Claimed, Holder, Other, Removed};

/// How often one who waits looks at the lease of another, at most.
const LOOK: Duration = Duration::from_millis(50);

/// Removes a subscription, and says whether there was one.
pub(crate) async fn remove(kept_by: &dyn Checkpoints, name: &str) -> Result<bool, SubscriptionError> {
    let mut seen = OtherSeen::default();
    loop {
        match kept_by.remove(name, seen.ended()).await? {
            Removed::Done(was_there) => return Ok(was_there),
            Removed::Held(other) if seen.finds_alive(other) => return Err(held(name)),
            Removed::Held(other) => seen.look(other).await,
        }
    }
}

fn held(name: &str) -> SubscriptionError {
    SubscriptionError::Held { name: name.to_owned() }
}

/// What was seen of the one who has the lease.
#[derive(Default)]
struct OtherSeen {
    silence: Option<Silence>,
}

impl OtherSeen {
    /// The lease whose holder has given no sign of life for as long as that is.
    fn ended(&self) -> Option<HeldLease> {
        self.silence.as_ref().and_then(Silence::ended)
    }

    /// Whether its process lives, or it has given a sign of life since it was looked at. The lock files are not among the files of a copy.
    fn finds_alive(&self, other: Other) -> bool {
        other.is_locked || self.silence.as_ref().is_some_and(|silence| !silence.is_of(other.held))
    }

    /// Takes note of it, and waits for the next look.
    async fn look(&mut self, other: Other) {
        let pause = LOOK.min(other.held.lease / BEATS);
        self.silence = Some(Silence::after(self.silence.take(), other.held, pause));
        Delay::new(pause).await;
    }
}

/// The lease of a subscription, which ends when this is dropped.
pub(crate) struct Lease {
    kept_by: Arc<dyn Checkpoints>,
    holder: Arc<Holder>,
    /// What was acknowledged; none before it was claimed, and of a subscription that is new.
    checkpoint: Mutex<Option<Checkpoint>>,
}

impl Lease {
    /// Gets the lease of a subscription: at once, or not before its holder has ended if `waits`.
    pub(crate) async fn get(
        kept_by: Arc<dyn Checkpoints>,
        name: Arc<str>,
        time: Duration,
        waits: bool,
    ) -> Result<Self, SubscriptionError> {
        let holder = Arc::new(Holder::new(name, time));
        // Before it is claimed: if this future is dropped in the midst of it, the lease ends all the same.
        let lease = Self { kept_by, holder, checkpoint: Mutex::default() };
        let mut seen = OtherSeen::default();
        loop {
            match lease.kept_by.claim(&lease.holder, seen.ended()).await? {
                Claimed::Mine(checkpoint) => {
                    *lease.lock() = checkpoint;
                    return Ok(lease);
                }
                Claimed::Held(other) if waits || !seen.finds_alive(other) => seen.look(other).await,
                Claimed::Held(_) => return Err(held(&lease.holder.name)),
            }
        }
    }

    pub(crate) fn name(&self) -> &Arc<str> {
        &self.holder.name
    }

    pub(crate) const fn holder(&self) -> &Arc<Holder> {
        &self.holder
    }

    /// What was acknowledged; none of a subscription that is new.
    pub(crate) fn checkpoint(&self) -> Option<Checkpoint> {
        *self.lock()
    }

    /// Refuses a log that is not the one which was read up to the checkpoint.
    pub(crate) async fn check(&self, store: &dyn EventStore) -> Result<(), SubscriptionError> {
        let Some(checkpoint) = self.checkpoint() else { return Ok(()) };
        checkpoint.check(store).await?.map_err(|OtherLog { made_of, found }| {
            let name = (**self.name()).to_owned();
            SubscriptionError::OtherHistory { name, read: made_of, found }
        })
    }

    /// Keeps a checkpoint; one that is behind the kept one changes nothing.
    pub(crate) async fn advance(&self, to: Checkpoint, skipped: Option<Skipped>) -> Result<(), SubscriptionError> {
        let is_kept = self.checkpoint().is_some_and(|kept| kept.position >= to.position);
        if is_kept && !self.holder.has_lost() {
            return Ok(());
        }
        self.kept_by.advance(&self.holder, to, skipped).await?;
        let mut checkpoint = self.lock();
        if checkpoint.is_none_or(|kept| kept.position < to.position) {
            *checkpoint = Some(to);
        }
        Ok(())
    }

    /// Ends it before it is dropped; whatever is acknowledged under it later is refused.
    pub(crate) async fn release(&self) -> Result<(), SubscriptionError> {
        self.holder.lose();
        self.kept_by.release(&self.holder).await
    }

    // No foreign code runs under the lock.
    fn lock(&self) -> MutexGuard<'_, Option<Checkpoint>> {
        self.checkpoint.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.holder.lose();
        drop(self.kept_by.release(&self.holder));
    }
}

impl fmt::Debug for Lease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lease")
            .field("holder", &self.holder)
            .field("checkpoint", &self.checkpoint())
            .finish_non_exhaustive()
    }
}
