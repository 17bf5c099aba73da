//! What time it is, for timers.

use std::fmt::Debug;
use std::time::{Duration, SystemTime};

use futures_timer::Delay;

use crate::store::BoxFuture;

/// What time it is, for the timers of processes: the system's, or one that a test moves.
pub trait Clock: Debug + Send + Sync + 'static {
    /// The time.
    fn now(&self) -> SystemTime;

    /// Waits until this time, or until it is worth looking at the clock again, as after it was set.
    ///
    /// # Cancel safety
    ///
    /// Waiting changes nothing.
    fn sleep_until(&self, time: SystemTime) -> BoxFuture<'_, ()>;
}

/// The clock of the system. When that is set forward, timers notice within five seconds; when it is set back, they wait until it is their time again.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

/// How long a clock is not looked at: longer waits would miss that it was set.
const LOOK: Duration = Duration::from_secs(5);

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep_until(&self, time: SystemTime) -> BoxFuture<'_, ()> {
        // A time that is over is no time to wait.
        let left = time.duration_since(SystemTime::now()).unwrap_or_default();
        Box::pin(Delay::new(left.min(LOOK)))
    }
}
