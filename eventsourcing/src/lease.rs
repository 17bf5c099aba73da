//! A right of one process at a time, as those see it who wait for it: who has it, and for how long that gave no sign of life.
//!
//! The time is that of the one who waits. No clock is compared with that of another process, and none of the wall is read.

use std::time::{Duration, Instant};

use uuid::Uuid;

/// How long a holder may give no sign of life before another takes its place, unless set.
pub(crate) const LEASE: Duration = Duration::from_secs(5);

/// The shortest that can be set.
pub(crate) const SHORTEST_LEASE: Duration = Duration::from_millis(10);

/// How many times within the time of a lease its holder gives a sign of life, and one who waits looks for it.
pub(crate) const BEATS: u32 = 5;

/// The lease of another, at the moment when it was looked at. Its holder raises `beat`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct HeldLease {
    pub(crate) token: Uuid,
    pub(crate) beat: u64,
    /// How long its holder may give no sign of life before another takes its place.
    pub(crate) lease: Duration,
}

/// How long the lease of another was seen without a sign of life.
#[derive(Debug)]
pub(crate) struct Silence {
    seen: HeldLease,
    lasted: Duration,
    looked: Instant,
}

impl Silence {
    /// What is known after another look, which comes after each pause of this length.
    ///
    /// Of the time since the look before, no more counts than two pauses: while this process was itself stopped, the holder may have been, too.
    pub(crate) fn after(before: Option<Self>, seen: HeldLease, pause: Duration) -> Self {
        let looked = Instant::now();
        let lasted = before.filter(|before| before.seen == seen).map_or(Duration::ZERO, |before| {
            before.lasted.saturating_add(looked.duration_since(before.looked).min(pause * 2))
        });
        Self { seen, lasted, looked }
    }

    /// Whether it is that of this lease, which was not used since.
    pub(crate) fn is_of(&self, seen: HeldLease) -> bool {
        self.seen == seen
    }

    /// The lease that has ended by it, if it was long enough.
    pub(crate) fn ended(&self) -> Option<HeldLease> {
        (self.lasted > self.seen.lease).then_some(self.seen)
    }
}

#[cfg(test)]
mod tests;
