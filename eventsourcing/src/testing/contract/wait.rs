//! Calls that end, or fail a test.

#![expect(clippy::panic, reason = "a test fails by a panic")]

use std::fmt::{Debug, Display};
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use futures_timer::Delay;
use pollster::block_on;

/// How long a call may take before a test gives up: far more than any store needs, so that only one that hangs is met by it.
const DEADLINE: Duration = Duration::from_secs(30);

/// A future's value on this thread; a test fails here rather than hang.
#[track_caller]
pub(super) fn wait<T>(what: &str, future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut deadline = pin!(Delay::new(DEADLINE));
    let value = block_on(poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(value) => Poll::Ready(Some(value)),
        Poll::Pending => deadline.as_mut().poll(context).map(|()| None),
    }));
    value.unwrap_or_else(|| panic!("`{what}` did not return within {DEADLINE:?}"))
}

/// The value, where an error is a failed test.
#[track_caller]
pub(super) fn must<T, E: Display + Debug>(what: &str, result: Result<T, E>) -> T {
    result.unwrap_or_else(|error| panic!("{what} failed: {error} ({error:?})"))
}
