//! Processes without async.

use pollster::block_on;
use uuid::Uuid;

use crate::blocking::Views;
use crate::error::ProcessError;
use crate::process::Process;

impl Views {
    /// As [`Views::retry_instance`](crate::Views::retry_instance).
    ///
    /// # Errors
    ///
    /// By [`ProcessError`].
    pub fn retry_instance<P: Process>(&self, instance: impl Into<Uuid>) -> Result<bool, ProcessError> {
        block_on(self.inner().retry_instance::<P>(instance))
    }

    /// As [`Views::drop_instance`](crate::Views::drop_instance).
    ///
    /// # Errors
    ///
    /// By [`ProcessError`].
    pub fn drop_instance<P: Process>(&self, instance: impl Into<Uuid>) -> Result<(), ProcessError> {
        block_on(self.inner().drop_instance::<P>(instance))
    }
}
