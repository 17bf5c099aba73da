//! Checkpoints in memory: the shortest correct ones, and the model of those in a file.

use std::collections::BTreeMap;
use std::future::ready;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::SubscriptionError;
use crate::lease::HeldLease;
use crate::log::{Checkpoint, position_of};
use crate::store::BoxFuture;
use crate::subscription::checkpoints::{Checkpoints, Claimed, Holder, Other, Removed};
use crate::subscription::{Skipped, SubscriptionStatus};

/// Checkpoints that are kept as long as this value is. A holder is there until it releases its lease: its process cannot end or stop without the one
/// that waits.
#[derive(Debug, Default)]
pub(crate) struct MemoryCheckpoints {
    kept: Mutex<BTreeMap<Arc<str>, Kept>>,
}

#[derive(Debug, Default)]
struct Kept {
    checkpoint: Option<Checkpoint>,
    holder: Option<Arc<Holder>>,
    skipped: Vec<Skipped>,
}

impl Kept {
    fn is_of(&self, holder: &Holder) -> bool {
        self.holder.as_ref().is_some_and(|held| held.token == holder.token)
    }
}

impl MemoryCheckpoints {
    fn try_advance(&self, holder: &Holder, to: Checkpoint, skipped: Option<Skipped>) -> Result<(), SubscriptionError> {
        let mut kept = self.lock();
        let Some(kept) = kept.get_mut(&holder.name).filter(|kept| kept.is_of(holder)) else {
            holder.lose();
            return Err(holder.fenced());
        };
        if kept.checkpoint.is_none_or(|kept| kept.position <= to.position) {
            kept.checkpoint = Some(to);
            kept.skipped.extend(skipped);
        }
        Ok(())
    }

    fn try_remove(&self, name: &str) -> Removed {
        let mut kept = self.lock();
        match kept.get(name).and_then(|found| found.holder.as_ref()) {
            Some(holder) => Removed::Held(held_by(holder)),
            None => Removed::Done(kept.remove(name).is_some()),
        }
    }

    // No foreign code runs under the lock.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<Arc<str>, Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Checkpoints for MemoryCheckpoints {
    fn claim(
        &self,
        holder: &Arc<Holder>,
        _: Option<HeldLease>,
    ) -> BoxFuture<'static, Result<Claimed, SubscriptionError>> {
        let mut kept = self.lock();
        let kept = kept.entry(Arc::clone(&holder.name)).or_default();
        let claimed = if let Some(other) = &kept.holder {
            Claimed::Held(held_by(other))
        } else {
            kept.holder = Some(Arc::clone(holder));
            Claimed::Mine(kept.checkpoint)
        };
        Box::pin(ready(Ok(claimed)))
    }

    fn advance(
        &self,
        holder: &Arc<Holder>,
        to: Checkpoint,
        skipped: Option<Skipped>,
    ) -> BoxFuture<'static, Result<(), SubscriptionError>> {
        Box::pin(ready(self.try_advance(holder, to, skipped)))
    }

    fn release(&self, holder: &Arc<Holder>) -> BoxFuture<'static, Result<(), SubscriptionError>> {
        let mut kept = self.lock();
        if let Some(kept) = kept.get_mut(&holder.name).filter(|kept| kept.is_of(holder)) {
            kept.holder = None;
        }
        Box::pin(ready(Ok(())))
    }

    fn list(&self) -> BoxFuture<'static, Result<Vec<SubscriptionStatus>, SubscriptionError>> {
        let kept = self.lock();
        let each = kept.iter().map(|(name, kept)| SubscriptionStatus {
            name: (**name).to_owned(),
            store: kept.checkpoint.map(|checkpoint| checkpoint.store),
            checkpoint: position_of(kept.checkpoint),
            is_held: kept.holder.is_some(),
            skipped: kept.skipped.clone(),
        });
        Box::pin(ready(Ok(each.collect())))
    }

    fn remove(&self, name: &str, _: Option<HeldLease>) -> BoxFuture<'static, Result<Removed, SubscriptionError>> {
        Box::pin(ready(Ok(self.try_remove(name))))
    }
}

/// What another sees of a holder.
const fn held_by(holder: &Holder) -> Other {
    Other { held: HeldLease { token: holder.token, beat: 0, lease: holder.lease }, is_locked: true }
}
