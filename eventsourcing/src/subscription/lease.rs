//! The right to read a subscription, of one reader at a time: waiting for it, moving the checkpoint under it, losing it.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_timer::Delay;

use crate::error::SubscriptionError;
use crate::lease::{BEATS, Silence};
use crate::log::Checkpoint;
use crate::subscription::Skipped;
use crate::subscription::checkpoints::{Checkpoints, Claimed, Holder};

/// How often one who waits looks at the lease of another, at most.
const LOOK: Duration = Duration::from_millis(50);

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
        let mut silence: Option<Silence> = None;
        loop {
            let ended = silence.as_ref().and_then(Silence::ended);
            match lease.kept_by.claim(&lease.holder, ended).await? {
                Claimed::Mine(checkpoint) => {
                    *lease.lock() = checkpoint;
                    return Ok(lease);
                }
                Claimed::Held(_) if !waits => {
                    return Err(SubscriptionError::Held { name: (*lease.holder.name).to_owned() });
                }
                Claimed::Held(seen) => {
                    let look = LOOK.min(seen.lease / BEATS);
                    silence = Some(Silence::after(silence, seen, look));
                    Delay::new(look).await;
                }
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
