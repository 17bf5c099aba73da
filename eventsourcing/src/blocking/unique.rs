//! Unique values without async.

use std::convert::Infallible;

use pollster::block_on;

use super::Repository;
use crate::aggregate::{Aggregate, UniqueField, UniqueType};
use crate::error::{LoadError, UpdateError};
use crate::repository::ClaimReport;

impl<A: Aggregate> Repository<A> {
    /// As [`Repository::find_by`](crate::Repository::find_by).
    ///
    /// # Errors
    ///
    /// By [`LoadError`].
    pub fn find_by<T: UniqueType>(
        &self,
        field: UniqueField<A, T>,
        value: impl Into<T::Value>,
    ) -> Result<Option<A>, LoadError> {
        block_on(self.inner.find_by(field, value))
    }

    /// As [`Repository::claim_all`](crate::Repository::claim_all).
    ///
    /// # Errors
    ///
    /// By [`UpdateError`].
    pub fn claim_all(&self) -> Result<ClaimReport<A>, UpdateError<Infallible>> {
        block_on(self.inner.claim_all())
    }
}
