//! What a handler may return.

use crate::error::BoxError;
use crate::process::Process;

/// What a handler of a process may return: where it begins the process, the instance; where it goes on, nothing; or a `Result` of these, with any error.
#[diagnostic::on_unimplemented(
    message = "a handler of a process does not return `{Self}` here",
    label = "not what this handler may return",
    note = "a handler that begins the process returns `Self` or `Result<Self, E>`, one that goes on returns `()` or `Result<(), E>`",
    note = "`E` is `eventsourcing::Error`, into which `?` turns the errors of a reaction, or an error of yours that is `std::error::Error + Send + Sync`"
)]
pub trait Returned<T> {
    /// The same as a `Result`.
    ///
    /// # Errors
    ///
    /// The handler's own.
    fn returned(self) -> Result<T, BoxError>;
}

impl<P: Process> Returned<P> for P {
    fn returned(self) -> Result<P, BoxError> {
        Ok(self)
    }
}

#[diagnostic::do_not_recommend]
impl Returned<()> for () {
    fn returned(self) -> Result<(), BoxError> {
        Ok(())
    }
}

#[diagnostic::do_not_recommend]
impl<T, E: Into<BoxError>> Returned<T> for Result<T, E> {
    fn returned(self) -> Result<T, BoxError> {
        self.map_err(Into::into)
    }
}
