//! What a command may return.

use std::convert::Infallible;

/// What a command returns to [`update`](crate::Repository::update): nothing, or a `Result`.
#[diagnostic::on_unimplemented(
    message = "a command returns `()` or a `Result`, not `{Self}`",
    label = "this command returns `{Self}`",
    note = "wrap a value: `Ok::<_, std::convert::Infallible>(value)`, or with another error in place of `Infallible` if it may refuse",
    note = "if it is `async`, or calls what is, `.await` in `update_async(id, |mut aggregate| async move {{ ..; \
            Ok::<_, std::convert::Infallible>((aggregate, value)) }})`: `update` does not run a future (of a `Scenario`, `when_async` does)"
)]
pub trait CommandOutput {
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

impl CommandOutput for () {
    type Value = ();
    type Error = Infallible;

    fn into_result(self) -> Result<(), Infallible> {
        Ok(())
    }
}

impl<T, E> CommandOutput for Result<T, E> {
    type Value = T;
    type Error = E;

    fn into_result(self) -> Self {
        self
    }
}
