//! Views in SQLite: where they are kept, and their rows by SQL.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, Params};

use crate::error::{OpenError, ViewError};
use crate::runner::set::{Target, ViewSet};
use crate::runner::sql::SqlViewKind;
use crate::runner::{SqlView, Views};
use crate::view::sqlite::{Folder, SqlStorage, SqliteRowStorage};
use crate::view::{Projection, RowStorage, SqlProjection};

impl Views {
    /// Views whose rows are kept in a folder, each in an SQLite file of its own. It is made if there is none; one folder is for the views of one store.
    ///
    /// Several processes may have it open: one runner keeps each view up to date, and those of the other processes stand by, to take its place when it
    /// ends or stands still for longer than the [lease](Self::lease).
    ///
    /// Beside the rows, the folder has an *index of kinds* (`kinds.index`): at which positions of the log the events of each name are, of all that a runner has
    /// read. A view that handles few kinds of events is built by it without reading the others. It is a help that nothing depends on: one that is deleted,
    /// damaged, cannot be written or is of another log is made again, and meanwhile all of the log is read. What a view that is built by it does not read
    /// is not checked, so that it does not see when other events are damaged; [`SqliteStore::verify`](crate::SqliteStore::verify) checks all.
    ///
    /// # Errors
    ///
    /// [`OpenError::OtherApplication`] or [`OpenError::NewerSchema`] if what is in the folder is not of this release's making,
    /// [`OpenError::NotAllowed`], [`OpenError::ReadOnly`] or [`OpenError::Store`] if it cannot be made or written to. Nothing of others is changed.
    pub fn sqlite(folder: impl AsRef<Path>) -> Result<Self, OpenError> {
        let folder = Folder::open(folder.as_ref())?;
        Ok(Self { set: Arc::new(ViewSet::new(Target::Sqlite(Arc::new(folder)))), processes: Arc::default() })
    }

    /// How long a runner may stand still before that of another process takes its place; 5 seconds unless set, and at least
    /// 10 ms. No clock is compared between processes. It is of the runners that are started later. One that stands still in the midst of a commit keeps the file from
    /// others until it goes on or its process ends.
    #[must_use]
    pub fn lease(self, lease: Duration) -> Self {
        if let Some(folder) = self.set.folder() {
            folder.set_lease(lease);
        }
        self
    }

    /// The same set with a view in SQL, as [`with`](Self::with); it needs views in a folder, and stops with [`ViewError::NoSql`] among those in memory.
    #[must_use]
    pub fn with_sql<P: SqlProjection>(self) -> Self {
        self.set.add_kind::<SqlViewKind<P>>(|target| {
            target.folder().map(|folder| Box::new(SqlStorage::new(Arc::clone(folder))))
        });
        self
    }

    /// A view in SQL of this set.
    #[must_use]
    pub fn sql<P: SqlProjection>(&self) -> SqlView<P> {
        SqlView::new(Arc::clone(&self.set))
    }

    /// The rows of a view that fulfil conditions in SQL: what stands behind `WHERE`, with what may follow it. They are read on the caller's thread.
    ///
    /// # Errors
    ///
    /// [`ViewError::NoSql`] if the views are in memory, [`ViewError::Unknown`] if the view is not in the set, [`ViewError::Query`] if SQLite refuses the
    /// conditions or the parameters, [`ViewError::Rows`] if the file cannot be read.
    ///
    /// # Cancel safety
    ///
    /// Reading changes nothing.
    #[expect(clippy::unused_async, reason = "not all targets will answer at once")]
    pub async fn query<P: Projection>(&self, conditions: &str, parameters: impl Params) -> Result<Vec<P>, ViewError> {
        self.set.with_storage::<P, _>(|storage| sqlite::<P>(storage)?.query(conditions, parameters))
    }

    /// A connection that reads the rows of a view by SQL; they are in a table of the view's name.
    ///
    /// It stays with the rows that are shown now when others are swapped in.
    ///
    /// # Errors
    ///
    /// As [`query`](Self::query).
    pub fn connect<P: Projection>(&self) -> Result<Connection, ViewError> {
        self.set.with_storage::<P, _>(|storage| sqlite::<P>(storage)?.connect())
    }
}

fn sqlite<P: Projection>(storage: &dyn RowStorage<P>) -> Result<&SqliteRowStorage<P>, ViewError> {
    storage.as_any().downcast_ref().ok_or(ViewError::NoSql { view: P::NAME })
}
