//! The generations of a view in SQL in its folder.

use std::marker::PhantomData;
use std::path::PathBuf;
use std::sync::Arc;

use rusqlite::Connection;

use crate::error::ViewError;
use crate::view::sql::{SqlKey, SqlProjection, SqlTable};
use crate::view::sqlite::folder::{Code, Folder};
use crate::view::sqlite::generation::GenerationFile;
use crate::view::sqlite::lineage::FolderLineage;
use crate::view::sqlite::parked::{self, Stored};
use crate::view::sqlite::pool::Pool;
use crate::view::sqlite::sql_snapshot::SqlSnapshot;
use crate::view::sqlite::sql_table::{SqliteSqlTable, is_set_up};
use crate::view::{Dropped, Freshness, Generation, Lineage, Parked};

/// The generations of a view in SQL in its folder.
pub(crate) struct SqlStorage<P> {
    lineage: FolderLineage<Pool>,
    projection: PhantomData<fn() -> P>,
}

impl<P: SqlProjection> SqlStorage<P> {
    pub(crate) fn new(folder: Arc<Folder>) -> Self {
        // What its tables are is said by its version alone.
        let code = Code { view: P::NAME, version: P::VERSION, fingerprint: 0 };
        Self { lineage: FolderLineage::new(folder, code, open::<P>), projection: PhantomData }
    }

    pub(crate) fn lineage(&self) -> &dyn Lineage {
        &self.lineage
    }

    /// Reads the generation that is shown, as a caller says.
    pub(crate) fn ask<T>(&self, read: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, ViewError> {
        self.lineage.reader(Freshness::Recent)?.ask(read)
    }

    fn read<T>(&self, read: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, ViewError> {
        self.lineage.reader(Freshness::Recent)?.read(read)
    }

    /// A connection that reads the generation which is shown.
    pub(crate) fn connect(&self) -> Result<Connection, ViewError> {
        self.lineage.reader(Freshness::Latest)?.connect()
    }

    /// The active generation at this moment, whatever code has made it.
    pub(crate) fn snapshot_active(&self) -> Result<SqlSnapshot, ViewError> {
        self.snapshot(self.lineage.active()?)
    }

    /// A generation at this moment.
    pub(crate) fn snapshot(&self, generation: Generation) -> Result<SqlSnapshot, ViewError> {
        self.lineage.open_generation(generation, SqlSnapshot::open)
    }

    pub(crate) fn parked(&self) -> Result<Vec<Parked<SqlKey>>, ViewError> {
        let mut parked: Vec<_> = self.read(parked::list)?.into_iter().map(parked_of).collect();
        parked.sort_by(|one, other| one.key.cmp(&other.key));
        Ok(parked)
    }

    pub(crate) fn dropped(&self) -> Result<Vec<Dropped<SqlKey>>, ViewError> {
        let dropped = |stored: Stored| Dropped { at: stored.dropped_at, parked: parked_of(stored) };
        Ok(self.read(parked::dropped)?.into_iter().map(dropped).collect())
    }

    /// The tables of a generation, for their writer.
    pub(crate) fn table(&self, generation: Generation) -> Result<Box<dyn SqlTable>, ViewError> {
        let path = self.lineage.file_of(generation);
        let file = GenerationFile::open(P::NAME, path, self.lineage.lease(), |_| Ok(()))?;
        Ok(Box::new(SqliteSqlTable::new(file)))
    }
}

/// Opens a generation for reading, once it has its tables.
fn open<P: SqlProjection>(path: PathBuf) -> Result<Pool, ViewError> {
    let pool = Pool::open(P::NAME, path)?;
    if pool.read(is_set_up)? { Ok(pool) } else { Err(ViewError::not_built(P::NAME)) }
}

fn parked_of(stored: Stored) -> Parked<SqlKey> {
    let Stored { key, position, error, since, waiting, .. } = stored;
    Parked { key: SqlKey::from_text(key), position, error, since, waiting }
}
