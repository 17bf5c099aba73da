//! What a command may return, and how long to wait before it runs again.

use std::convert::Infallible;
use std::time::Duration;

/// What a command returns to [`update`](crate::Repository::update): nothing, or a `Result`.
#[diagnostic::on_unimplemented(
    message = "a command returns `()` or a `Result`, not `{Self}`",
    label = "this command returns `{Self}`",
    note = "end the closure with `;`, or wrap what it returns in `Ok(..)`"
)]
pub trait Outcome {
    /// What it returns when it is done.
    type Value;
    /// Why it refuses.
    type Error;

    /// The same as a `Result`.
    ///
    /// # Errors
    ///
    /// The command's own.
    fn into_result(self) -> Result<Self::Value, Self::Error>;
}

impl Outcome for () {
    type Value = ();
    type Error = Infallible;

    fn into_result(self) -> Result<(), Infallible> {
        Ok(())
    }
}

impl<T, E> Outcome for Result<T, E> {
    type Value = T;
    type Error = E;

    fn into_result(self) -> Self {
        self
    }
}

/// How long to wait before the next try: a random part of a time that doubles from 0.4 ms to 51 ms, so that those who
/// got in each other's way do not meet again.
pub(super) fn pause(tries: u32) -> Duration {
    Duration::from_micros(fastrand::u64(0..200 << tries.min(8)))
}
