//! The file of one generation of a view, as its writer has it: the checkpoint with its fence, and the transaction at hand.

use std::path::PathBuf;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode};
use uuid::Uuid;

use crate::error::ViewError;
use crate::lease::HeldLease;
use crate::stream::StoreId;
use crate::view::Checkpoint;
use crate::view::sqlite::error::{failed, not_opened};
use crate::view::sqlite::file;
use crate::view::sqlite::lease::{Lease, Writer};
use crate::view::sqlite::opened::Opened;
use crate::view::sqlite::pairing;
use crate::view::sqlite::parked::{self, from_sql, to_sql};

/// Where the generation stands, and who writes to it: one row. `store` is null before the first commit, `writer` without one; `lease` is in milliseconds; `is_locked` says that the writer has a lock file. `file` is
/// another in each file that is made, and never changed.
const TABLES: &str = "
CREATE TABLE _state (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    store BLOB,
    position INTEGER NOT NULL,
    checksum INTEGER NOT NULL,
    writer BLOB,
    beat INTEGER NOT NULL,
    lease INTEGER NOT NULL,
    is_locked INTEGER NOT NULL,
    file BLOB NOT NULL
) STRICT;
INSERT INTO _state VALUES (1, NULL, 0, 0, NULL, 0, 0, 0, randomblob(16));
";

/// The file of one generation of a view, for its writer.
pub(crate) struct GenerationFile {
    pub(super) conn: Connection,
    view: &'static str,
    path: PathBuf,
    opened: Opened,
    lease: Lease,
}

/// How long another connection may keep a writer from the file: only another writer does, and the other views of the runner wait meanwhile.
const BUSY: Duration = Duration::from_millis(100);

impl GenerationFile {
    /// Opens the file; makes it, with the tables of `make` beside its own, if there is none.
    pub(super) fn open(
        view: &'static str,
        path: PathBuf,
        lease: Duration,
        make: impl FnOnce(&Connection) -> rusqlite::Result<()>,
    ) -> Result<Self, ViewError> {
        let make = |conn: &Connection| {
            conn.execute_batch(TABLES)?;
            conn.execute_batch(parked::TABLES)?;
            make(conn)
        };
        pairing::check(view, &path)?;
        let conn = file::open(&path, file::GENERATION, make).map_err(|error| not_opened(view, error))?;
        conn.busy_timeout(BUSY).map_err(|error| failed(&path, error))?;
        let (opened, lease) = (Opened::of(&path), Lease::new(path.clone(), lease));
        Ok(Self { conn, view, path, opened, lease })
    }

    /// Runs what reads or writes, and says of what file its error is.
    pub(super) fn run<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, ViewError> {
        work(&self.conn).map_err(|error| self.failed(error))
    }

    /// That it could not be read or written.
    pub(super) fn failed(&self, error: rusqlite::Error) -> ViewError {
        failed(&self.path, error)
    }

    pub(super) fn claim(&mut self) -> Result<bool, ViewError> {
        self.check_file()?;
        let (beat, seen) = self.run(read_writer)?;
        if !self.lease.may_claim(seen) {
            return Ok(false);
        }
        let is_locked = self.lease.lock();
        // What another has written meanwhile shows that it is alive.
        let sql = "UPDATE _state SET writer = ?1, lease = ?2, is_locked = ?3, beat = beat + 1 WHERE writer IS ?4 AND beat = ?5";
        let lease = i64::try_from(self.lease.time.as_millis()).unwrap_or(i64::MAX);
        let before = seen.map(|seen| seen.held.token.into_bytes());
        let token = self.lease.token.into_bytes();
        let changed =
            self.run(|conn| match conn.prepare_cached(sql)?.execute((token, lease, is_locked, before, beat)) {
                // The other is in the midst of a commit.
                Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => Ok(0),
                changed => changed,
            })?;
        if changed == 1 {
            self.lease.claimed(seen);
        }
        Ok(changed == 1)
    }

    pub(super) fn beat(&mut self) -> Result<(), ViewError> {
        self.check_file()?;
        let token = self.lease.token.into_bytes();
        let sql = "UPDATE _state SET beat = beat + 1 WHERE writer = ?1";
        match self.run(|conn| conn.prepare_cached(sql)?.execute([token]))? {
            1 => Ok(()),
            _ => Err(self.fenced()),
        }
    }

    pub(super) fn checkpoint(&self) -> Result<Option<Checkpoint>, ViewError> {
        self.run(checkpoint)
    }

    // Neither this nor `COMMIT` is among the statements that are kept: SQL of a projection that reads the same would find it there, prepared and allowed.
    pub(super) fn begin(&mut self) -> Result<(), ViewError> {
        self.run(|conn| conn.execute_batch("BEGIN IMMEDIATE"))?;
        let token = self.lease.token.into_bytes();
        let sql = "SELECT writer IS ?1 FROM _state";
        // What another has written since would be taken for damage, or for a fault of the view.
        let is_own: bool = self.run(|conn| conn.prepare_cached(sql)?.query_row([token], |row| row.get(0)))?;
        if is_own { Ok(()) } else { Err(self.fenced()) }
    }

    pub(super) fn commit(&mut self, from: Option<Checkpoint>, to: Checkpoint) -> Result<(), ViewError> {
        let sql = "
            UPDATE _state SET store = ?1, position = ?2, checksum = ?3, beat = beat + 1
            WHERE writer = ?4 AND store IS ?5 AND position = ?6 AND checksum = ?7";
        let store = |checkpoint: Checkpoint| checkpoint.store.as_uuid().into_bytes();
        let (position, checksum) = from.map_or((0, 0), |from| (to_sql(from.position), from.checksum));
        let token = self.lease.token.into_bytes();
        let changed = self.run(|conn| {
            let new = (store(to), to_sql(to.position), to.checksum);
            let old = (from.map(store), position, checksum);
            conn.prepare_cached(sql)?.execute((new.0, new.1, new.2, token, old.0, old.1, old.2))
        })?;
        if changed != 1 {
            return Err(self.fenced());
        }
        self.run(|conn| conn.execute_batch("COMMIT"))
    }

    pub(super) fn rollback(&self) {
        if !self.conn.is_autocommit() {
            // When it fails, the next `BEGIN` does, and this runs again.
            _ = self.conn.execute_batch("ROLLBACK");
        }
    }

    fn fenced(&mut self) -> ViewError {
        self.lease.ended();
        ViewError::Fenced { view: self.view }
    }

    /// A file that was removed takes what is written to it, and gives it to no one.
    fn check_file(&self) -> Result<(), ViewError> {
        self.opened.gone().map_or(Ok(()), |path| Err(ViewError::FileGone { view: self.view, path: path.to_owned() }))
    }
}

impl Drop for GenerationFile {
    fn drop(&mut self) {
        self.rollback();
        let token = self.lease.token.into_bytes();
        let released = self.conn.execute("UPDATE _state SET writer = NULL WHERE writer = ?1", [token]);
        // Else its lock file stays, and shows that it has ended.
        if released.is_ok() {
            self.lease.ended();
        }
    }
}

/// The beat of a generation, and its writer, if it has one.
fn read_writer(conn: &Connection) -> rusqlite::Result<(i64, Option<Writer>)> {
    let sql = "SELECT writer, beat, lease, is_locked FROM _state";
    conn.prepare_cached(sql)?.query_row((), |row| {
        let (token, beat): (Option<[u8; 16]>, i64) = (row.get(0)?, row.get(1)?);
        let lease = Duration::from_millis(u64::try_from(row.get::<_, i64>(2)?).unwrap_or(0));
        let held = token.map(|token| HeldLease { token: Uuid::from_bytes(token), beat: beat.cast_unsigned(), lease });
        let is_locked = row.get(3)?;
        Ok((beat, held.map(|held| Writer { held, is_locked })))
    })
}

/// The checkpoint of a generation.
pub(super) fn checkpoint(conn: &Connection) -> rusqlite::Result<Option<Checkpoint>> {
    conn.prepare_cached("SELECT store, position, checksum FROM _state")?.query_row((), |row| {
        let store: Option<[u8; 16]> = row.get(0)?;
        let (position, checksum) = (from_sql(row.get(1)?), row.get(2)?);
        Ok(store.map(|store| Checkpoint { store: StoreId::from(Uuid::from_bytes(store)), position, checksum }))
    })
}
