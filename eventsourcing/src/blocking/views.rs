//! Views without async.

use std::future::IntoFuture;
use std::time::Duration;

use pollster::block_on;

use crate::error::{SettleError, ViewError};
use crate::runner;
use crate::stream::Position;
use crate::view::{Dropped, IndexedColumn, Parked, Projection, View, ViewDiff, ViewGeneration};

/// [`Views`](crate::Views) without async, made by its `blocking()`.
#[derive(Clone, Debug)]
pub struct Views {
    inner: runner::Views,
}

/// [`Rows`](runner::Rows) without async.
#[derive(Debug)]
#[must_use = "nothing is read until `read` is called"]
pub struct Rows<V: View> {
    inner: runner::Rows<V>,
}

impl runner::Views {
    /// The same views without async: each call waits on the caller's own thread.
    #[must_use]
    pub fn blocking(&self) -> Views {
        Views { inner: self.clone() }
    }
}

impl Views {
    pub(super) const fn inner(&self) -> &runner::Views {
        &self.inner
    }

    /// As [`Views::caught_up`](crate::Views::caught_up).
    ///
    /// # Errors
    ///
    /// By [`ViewError`].
    pub fn caught_up(&self) -> Result<(), ViewError> {
        block_on(self.inner.caught_up())
    }

    /// As [`Views::caught_up_within`](crate::Views::caught_up_within).
    ///
    /// # Errors
    ///
    /// By [`ViewError`].
    pub fn caught_up_within(&self, time: Duration) -> Result<(), ViewError> {
        block_on(self.inner.caught_up_within(time))
    }

    /// As [`Views::settled`](crate::Views::settled).
    ///
    /// # Errors
    ///
    /// By [`SettleError`].
    pub fn settled(&self) -> Result<(), SettleError> {
        block_on(self.inner.settled())
    }

    /// As [`Views::settled_within`](crate::Views::settled_within).
    ///
    /// # Errors
    ///
    /// By [`SettleError`].
    pub fn settled_within(&self, time: Duration) -> Result<(), SettleError> {
        block_on(self.inner.settled_within(time))
    }

    /// As [`Views::diff`](crate::Views::diff).
    ///
    /// # Errors
    ///
    /// By [`ViewError`].
    pub fn diff<P: Projection>(&self, time: Duration) -> Result<ViewDiff, ViewError> {
        block_on(self.inner.diff::<P>(time))
    }

    /// As [`Views::generations`](crate::Views::generations).
    ///
    /// # Errors
    ///
    /// By [`ViewError`].
    pub fn generations<P: Projection>(&self) -> Result<Vec<ViewGeneration>, ViewError> {
        block_on(self.inner.generations::<P>())
    }

    /// As [`Views::remove_generation`](crate::Views::remove_generation).
    ///
    /// # Errors
    ///
    /// By [`ViewError`].
    pub fn remove_generation<P: Projection>(&self, number: u64) -> Result<bool, ViewError> {
        block_on(self.inner.remove_generation::<P>(number))
    }

    /// As [`Views::remove_old_generations`](crate::Views::remove_old_generations).
    ///
    /// # Errors
    ///
    /// By [`ViewError`].
    pub fn remove_old_generations<P: Projection>(&self) -> Result<usize, ViewError> {
        block_on(self.inner.remove_old_generations::<P>())
    }

    /// As [`Views::wait_for`](crate::Views::wait_for).
    ///
    /// # Errors
    ///
    /// By [`ViewError`].
    pub fn wait_for<P: Projection>(&self, position: impl Into<Position>, time: Duration) -> Result<(), ViewError> {
        block_on(self.inner.wait_for::<P>(position, time))
    }

    /// As [`Views::get`](crate::Views::get).
    ///
    /// # Errors
    ///
    /// By [`ViewError`].
    pub fn get<P: Projection>(&self, key: P::Key) -> Result<Option<P>, ViewError> {
        block_on(self.inner.get::<P>(key))
    }

    /// As [`Views::all`](crate::Views::all).
    pub fn all<P: Projection>(&self) -> Rows<P> {
        Rows { inner: self.inner.all::<P>() }
    }

    /// As [`Views::parked`](crate::Views::parked).
    ///
    /// # Errors
    ///
    /// By [`ViewError`].
    pub fn parked<P: Projection>(&self) -> Result<Vec<Parked<P::Key>>, ViewError> {
        block_on(self.inner.parked::<P>())
    }

    /// As [`Views::retry_parked`](crate::Views::retry_parked).
    ///
    /// # Errors
    ///
    /// By [`ViewError`].
    pub fn retry_parked<P: Projection>(&self, key: P::Key) -> Result<bool, ViewError> {
        block_on(self.inner.retry_parked::<P>(key))
    }

    /// As [`Views::drop_parked`](crate::Views::drop_parked).
    ///
    /// # Errors
    ///
    /// By [`ViewError`].
    pub fn drop_parked<P: Projection>(&self, key: P::Key) -> Result<(), ViewError> {
        block_on(self.inner.drop_parked::<P>(key))
    }

    /// As [`Views::rebuild`](crate::Views::rebuild).
    ///
    /// # Errors
    ///
    /// By [`ViewError`].
    pub fn rebuild<P: Projection>(&self) -> Result<(), ViewError> {
        block_on(self.inner.rebuild::<P>())
    }

    /// As [`Views::swap`](crate::Views::swap).
    ///
    /// # Errors
    ///
    /// By [`ViewError`].
    pub fn swap<P: Projection>(&self) -> Result<bool, ViewError> {
        block_on(self.inner.swap::<P>())
    }

    /// As [`Views::swap_back`](crate::Views::swap_back).
    ///
    /// # Errors
    ///
    /// By [`ViewError`].
    pub fn swap_back<P: Projection>(&self) -> Result<bool, ViewError> {
        block_on(self.inner.swap_back::<P>())
    }

    /// As [`Views::query`](crate::Views::query).
    ///
    /// # Errors
    ///
    /// By [`ViewError`].
    #[cfg(feature = "sqlite")]
    pub fn query<P: Projection>(
        &self,
        conditions: &str,
        parameters: impl rusqlite::Params,
    ) -> Result<Vec<P>, ViewError> {
        block_on(self.inner.query::<P>(conditions, parameters))
    }

    /// As [`Views::dropped`](crate::Views::dropped).
    ///
    /// # Errors
    ///
    /// By [`ViewError`].
    pub fn dropped<P: Projection>(&self) -> Result<Vec<Dropped<P::Key>>, ViewError> {
        block_on(self.inner.dropped::<P>())
    }
}

impl<V: View> Rows<V> {
    /// As [`Rows::by`](runner::Rows::by).
    pub fn by<T>(self, column: IndexedColumn<V, T>, value: impl Into<T>) -> Self {
        Self { inner: self.inner.by(column, value) }
    }

    /// As [`Rows::after`](runner::Rows::after).
    pub fn after(self, key: V::Key) -> Self {
        Self { inner: self.inner.after(key) }
    }

    /// As [`Rows::order_by`](runner::Rows::order_by).
    pub fn order_by<T>(self, column: IndexedColumn<V, T>) -> Self {
        Self { inner: self.inner.order_by(column) }
    }

    /// As [`Rows::backward`](runner::Rows::backward).
    pub fn backward(self) -> Self {
        Self { inner: self.inner.backward() }
    }

    /// As [`Rows::skip`](runner::Rows::skip).
    pub fn skip(self, rows: usize) -> Self {
        Self { inner: self.inner.skip(rows) }
    }

    /// As [`Rows::limit`](runner::Rows::limit).
    pub fn limit(self, rows: usize) -> Self {
        Self { inner: self.inner.limit(rows) }
    }

    /// As [`Rows::count`](runner::Rows::count).
    ///
    /// # Errors
    ///
    /// By [`ViewError`].
    pub fn count(self) -> Result<u64, ViewError> {
        block_on(self.inner.count())
    }

    /// The rows.
    ///
    /// # Errors
    ///
    /// By [`ViewError`].
    pub fn read(self) -> Result<Vec<V>, ViewError> {
        block_on(self.inner.into_future())
    }
}
