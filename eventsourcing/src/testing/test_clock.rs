//! A clock that a test moves, and a store by it.

mod clocked_store;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

pub use self::clocked_store::ClockedStore;
use crate::process::Clock;
use crate::signal::Counter;
use crate::store::BoxFuture;

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
    now: Mutex<SystemTime>,
    /// How often it was set.
    moves: Counter,
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
        Self { shared: Arc::new(Shared { now: Mutex::new(time), moves: Counter::default() }) }
    }

    /// Moves it forward.
    ///
    /// # Panics
    ///
    /// If the system has no such time.
    pub fn advance(&self, time: Duration) {
        *self.lock() += time;
        self.shared.moves.increment();
    }

    /// Sets it, forward or back.
    pub fn set(&self, time: SystemTime) {
        *self.lock() = time;
        self.shared.moves.increment();
    }

    // No foreign code runs under the lock.
    fn lock(&self) -> MutexGuard<'_, SystemTime> {
        self.shared.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for TestClock {
    fn now(&self) -> SystemTime {
        *self.lock()
    }

    fn sleep_until(&self, time: SystemTime) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            loop {
                // Before the time is looked at: a move that comes between the two is not missed.
                let moves = self.shared.moves.count();
                if self.now() >= time {
                    return;
                }
                self.shared.moves.wait_past(moves).await;
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::thread;
    use std::time::UNIX_EPOCH;

    use super::*;

    #[test]
    fn each_of_several_threads_moves_it() {
        let (clock, begin) = (TestClock::at(UNIX_EPOCH), Barrier::new(4));
        let advance = || {
            begin.wait();
            (0..100_000).for_each(|_| clock.advance(Duration::from_secs(1)));
        };
        thread::scope(|scope| (0..4).for_each(|_| drop(scope.spawn(advance))));
        assert_eq!(clock.now(), UNIX_EPOCH + Duration::from_secs(400_000));
    }
}
