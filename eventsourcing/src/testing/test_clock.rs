//! A clock that a test moves, and a store by it.

mod clocked_store;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

pub use self::clocked_store::ClockedStore;
use crate::process::Clock;
use crate::store::{BoxFuture, Watch};
use crate::stream::Position;

/// A clock that stands still until a test moves it. A clone is another handle on the same.
///
/// Timers are due by it. Events are recorded by the clock of the system, from which it moves away: a process that sets a timer by when an event was
/// [recorded](crate::process::At::recorded_at) is tested over a [`ClockedStore`](super::ClockedStore).
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// use eventsourcing::prelude::*;
/// use eventsourcing::testing::TestClock;
///
/// let clock = TestClock::at(SystemTime::UNIX_EPOCH);
/// let views = Views::memory().clock(clock.clone()); // `.with_process::<..>()`, and run
/// clock.advance(Duration::from_secs(14 * 24 * 60 * 60)); // what is due by then is fired
/// # drop(views);
/// ```
#[derive(Clone, Debug)]
pub struct TestClock {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    /// The time, and how often it was set.
    now: Mutex<(SystemTime, u64)>,
    moved: Watch,
}

impl TestClock {
    /// A clock that shows the time of the system at this moment.
    #[expect(clippy::new_without_default, reason = "each call gives another value")]
    #[must_use]
    pub fn new() -> Self {
        Self::at(SystemTime::now())
    }

    /// A clock that shows this time.
    #[must_use]
    pub fn at(time: SystemTime) -> Self {
        Self { shared: Arc::new(Shared { now: Mutex::new((time, 0)), moved: Watch::default() }) }
    }

    /// Moves it forward.
    pub fn advance(&self, time: Duration) {
        let now = self.lock().0;
        self.set(now + time);
    }

    /// Sets it, forward or back.
    pub fn set(&self, time: SystemTime) {
        let mut now = self.lock();
        *now = (time, now.1 + 1);
        let moves = now.1;
        drop(now);
        self.shared.moved.publish(Position::new(moves));
    }

    // No foreign code runs under the lock.
    fn lock(&self) -> MutexGuard<'_, (SystemTime, u64)> {
        self.shared.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for TestClock {
    fn now(&self) -> SystemTime {
        self.lock().0
    }

    fn sleep_until(&self, time: SystemTime) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            loop {
                let (now, moves) = *self.lock();
                if now >= time {
                    return;
                }
                self.shared.moved.wait_past(Position::new(moves)).await;
            }
        })
    }
}
