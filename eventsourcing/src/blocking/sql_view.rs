//! Views in SQL without async.

use std::fmt;
use std::time::Duration;

use pollster::block_on;
use rusqlite::Connection;

use crate::blocking::Views;
use crate::error::ViewError;
use crate::runner;
use crate::stream::Position;
use crate::view::{Dropped, Key, Parked, SqlDiff, SqlKey, SqlProjection, ViewGeneration};

/// [`SqlView`](runner::SqlView) without async, made by [`Views::sql`].
pub struct SqlView<P: SqlProjection> {
    inner: runner::SqlView<P>,
}

impl Views {
    /// As [`Views::sql`](crate::Views::sql).
    #[must_use]
    pub fn sql<P: SqlProjection>(&self) -> SqlView<P> {
        SqlView { inner: self.inner().sql() }
    }
}

impl<P: SqlProjection> SqlView<P> {
    /// As [`SqlView::read`](runner::SqlView::read).
    ///
    /// # Errors
    ///
    /// By [`ViewError`].
    pub fn read<T>(&self, read: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, ViewError> {
        block_on(self.inner.read(read))
    }

    /// As [`SqlView::connect`](runner::SqlView::connect).
    ///
    /// # Errors
    ///
    /// By [`ViewError`].
    pub fn connect(&self) -> Result<Connection, ViewError> {
        self.inner.connect()
    }

    /// As [`SqlView::wait_for`](runner::SqlView::wait_for).
    ///
    /// # Errors
    ///
    /// By [`ViewError`].
    pub fn wait_for(&self, position: impl Into<Position>, time: Duration) -> Result<(), ViewError> {
        block_on(self.inner.wait_for(position, time))
    }

    /// As [`SqlView::parked`](runner::SqlView::parked).
    ///
    /// # Errors
    ///
    /// By [`ViewError`].
    pub fn parked(&self) -> Result<Vec<Parked<SqlKey>>, ViewError> {
        block_on(self.inner.parked())
    }

    /// As [`SqlView::retry_parked`](runner::SqlView::retry_parked).
    ///
    /// # Errors
    ///
    /// By [`ViewError`].
    pub fn retry_parked(&self, key: impl Key) -> Result<bool, ViewError> {
        block_on(self.inner.retry_parked(key))
    }

    /// As [`SqlView::drop_parked`](runner::SqlView::drop_parked).
    ///
    /// # Errors
    ///
    /// By [`ViewError`].
    pub fn drop_parked(&self, key: impl Key) -> Result<(), ViewError> {
        block_on(self.inner.drop_parked(key))
    }

    /// As [`SqlView::dropped`](runner::SqlView::dropped).
    ///
    /// # Errors
    ///
    /// By [`ViewError`].
    pub fn dropped(&self) -> Result<Vec<Dropped<SqlKey>>, ViewError> {
        block_on(self.inner.dropped())
    }

    /// As [`SqlView::rebuild`](runner::SqlView::rebuild).
    ///
    /// # Errors
    ///
    /// By [`ViewError`].
    pub fn rebuild(&self) -> Result<(), ViewError> {
        block_on(self.inner.rebuild())
    }

    /// As [`SqlView::swap`](runner::SqlView::swap).
    ///
    /// # Errors
    ///
    /// By [`ViewError`].
    pub fn swap(&self) -> Result<bool, ViewError> {
        block_on(self.inner.swap())
    }

    /// As [`SqlView::swap_back`](runner::SqlView::swap_back).
    ///
    /// # Errors
    ///
    /// By [`ViewError`].
    pub fn swap_back(&self) -> Result<bool, ViewError> {
        block_on(self.inner.swap_back())
    }

    /// As [`SqlView::diff`](runner::SqlView::diff).
    ///
    /// # Errors
    ///
    /// By [`ViewError`].
    pub fn diff(&self, time: Duration) -> Result<SqlDiff, ViewError> {
        block_on(self.inner.diff(time))
    }

    /// As [`SqlView::generations`](runner::SqlView::generations).
    ///
    /// # Errors
    ///
    /// By [`ViewError`].
    pub fn generations(&self) -> Result<Vec<ViewGeneration>, ViewError> {
        block_on(self.inner.generations())
    }

    /// As [`SqlView::remove_generation`](runner::SqlView::remove_generation).
    ///
    /// # Errors
    ///
    /// By [`ViewError`].
    pub fn remove_generation(&self, number: u64) -> Result<bool, ViewError> {
        block_on(self.inner.remove_generation(number))
    }

    /// As [`SqlView::remove_old_generations`](runner::SqlView::remove_old_generations).
    ///
    /// # Errors
    ///
    /// By [`ViewError`].
    pub fn remove_old_generations(&self) -> Result<usize, ViewError> {
        block_on(self.inner.remove_old_generations())
    }
}

impl<P: SqlProjection> Clone for SqlView<P> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone() }
    }
}

impl<P: SqlProjection> fmt::Debug for SqlView<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
