//! Processes without async.

use pollster::block_on;
use uuid::Uuid;

use crate::blocking::Views;
use crate::error::ProcessError;
use crate::process::{ParkedInstance, Process};

impl Views {
    /// As [`Views::parked_instances`](crate::Views::parked_instances).
    ///
    /// # Errors
    ///
    /// By [`ProcessError`].
    pub fn parked_instances<P: Process>(&self) -> Result<Vec<ParkedInstance<P>>, ProcessError> {
        block_on(self.inner().parked_instances::<P>())
    }

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
