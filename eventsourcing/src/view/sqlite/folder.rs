//! The folder of views: which generations there are, and which of each view is active.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior};

use crate::error::{OpenError, ViewError};
use crate::lease::{LEASE, SHORTEST_LEASE};
use crate::store::sqlite::error::open_error_of_write;
use crate::store::sqlite::error::system::io_error;
use crate::store::sqlite::file::path::DatabasePath;
use crate::view::Generation;
use crate::view::sqlite::error::failed;
use crate::view::sqlite::opened::Opened;
use crate::view::sqlite::{file, removed};

/// `generations`: every build of a view that was not removed; numbers are given once. `active`: for each view the one that is shown, and the one that was
/// before.
const TABLES: &str = "
CREATE TABLE generations (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    view TEXT NOT NULL,
    version INTEGER NOT NULL,
    fingerprint INTEGER NOT NULL,
    is_held INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX by_view ON generations (view);
CREATE TABLE active (
    view TEXT PRIMARY KEY,
    number INTEGER NOT NULL,
    before INTEGER
) STRICT, WITHOUT ROWID;
";

/// The file that says which generations there are.
const REGISTRY: &str = "views.db";

/// The folder of views.
pub(crate) struct Folder {
    path: PathBuf,
    /// The file that is open, which another may have taken the name of.
    opened: Opened,
    registry: Mutex<Connection>,
    lease: Mutex<Duration>,
}

/// A view as the program has it: its name, the version of its projection, and the fingerprint of its rows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Code {
    pub(super) view: &'static str,
    pub(super) version: u32,
    pub(super) fingerprint: i64,
}

/// A generation in the folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Built {
    pub(super) number: Generation,
    pub(super) version: u32,
    pub(super) fingerprint: i64,
    pub(super) is_held: bool,
}

impl Built {
    /// Whether this code makes such rows.
    pub(super) const fn is_of(&self, code: Code) -> bool {
        self.version == code.version && self.fingerprint == code.fingerprint
    }
}

/// The generations of a view, from the oldest to the newest.
#[derive(Clone, Debug, Default)]
pub(super) struct Builds {
    pub(super) all: Vec<Built>,
    pub(super) active: Option<Built>,
}

impl Folder {
    /// Opens a folder; makes it if there is none.
    pub(crate) fn open(path: &Path) -> Result<Self, OpenError> {
        fs::create_dir_all(path).map_err(|error| io_error(path.to_owned(), error))?;
        let path = fs::canonicalize(path).map_err(|error| io_error(path.to_owned(), error))?;
        let file = path.join(REGISTRY);
        // Under another name it would have another WAL.
        DatabasePath::new(&file)?;
        let mut conn = file::open(&file, file::FOLDER, |conn| conn.execute_batch(TABLES))?;
        let opened = Opened::of(&file);
        let failed = |error| open_error_of_write(&file, error);
        skip_numbers(&mut conn, last_number(&path)).map_err(failed)?;
        let folder = Self { path, opened, registry: Mutex::new(conn), lease: Mutex::new(LEASE) };
        folder.delete_removed();
        Ok(folder)
    }

    /// Deletes the files of removed generations that no one has open now; others are deleted later.
    pub(super) fn delete_removed(&self) {
        let deleted = removed::delete(&self.lock(), |view, generation| self.file_of(view, generation));
        if let Err(error) = deleted {
            tracing::debug!(path = %self.path.display(), %error, "files of removed generations stay for now");
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// How long a runner may stand still before another takes its place.
    pub(crate) fn lease(&self) -> Duration {
        *self.lease.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn set_lease(&self, lease: Duration) {
        *self.lease.lock().unwrap_or_else(PoisonError::into_inner) = lease.max(SHORTEST_LEASE);
    }

    /// Where the rows of a generation are.
    pub(super) fn file_of(&self, view: &str, generation: Generation) -> PathBuf {
        // Names of views differ in more than their case only by chance; the numbers always do.
        self.path.join(format!("{view}-{}.db", generation.0))
    }

    /// The generations of a view.
    pub(super) fn builds(&self, view: &'static str) -> Result<Builds, ViewError> {
        self.check_file(view)?;
        let conn = self.lock();
        builds(&conn, view).map_err(|error| self.failed(error))
    }

    /// Changes what there is of a view, as one transaction; `change` is given what there is.
    pub(super) fn change<T>(
        &self,
        view: &'static str,
        change: impl FnOnce(&Transaction<'_>, &Builds) -> rusqlite::Result<T>,
    ) -> Result<T, ViewError> {
        self.check_file(view)?;
        let mut conn = self.lock();
        let work = || {
            let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let changed = change(&tx, &builds(&tx, view)?)?;
            tx.commit()?;
            Ok(changed)
        };
        work().map_err(|error| self.failed(error))
    }

    fn failed(&self, error: rusqlite::Error) -> ViewError {
        failed(&self.path.join(REGISTRY), error)
    }

    /// A file that was removed takes what is written to it, and gives it to no one.
    fn check_file(&self, view: &'static str) -> Result<(), ViewError> {
        self.opened.gone().map_or(Ok(()), |path| Err(ViewError::FileGone { view, path: path.to_owned() }))
    }

    // No foreign code runs under the lock.
    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The highest number that a file of a generation has.
fn last_number(folder: &Path) -> i64 {
    let names = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.file_name());
    let number = |name: OsString| name.to_str()?.strip_suffix(".db")?.rsplit_once('-')?.1.parse().ok();
    names.filter_map(number).max().unwrap_or(0)
}

/// Gives no number again that a file has: where this registry is a new one or an older copy, it is that of other rows.
fn skip_numbers(conn: &mut Connection, last: i64) -> rusqlite::Result<()> {
    let given = "SELECT ifnull(max(seq), 0) FROM sqlite_sequence WHERE name = 'generations'";
    if conn.query_row(given, (), |row| row.get::<_, i64>(0))? >= last {
        return Ok(());
    }
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if tx.query_row(given, (), |row| row.get::<_, i64>(0))? < last {
        tx.execute("DELETE FROM sqlite_sequence WHERE name = 'generations'", ())?;
        tx.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('generations', ?1)", [last])?;
    }
    tx.commit()
}

/// Adds a generation, and shows it if there is no other.
pub(super) fn add(conn: &Connection, code: Code, builds: &Builds) -> rusqlite::Result<()> {
    let sql = "INSERT INTO generations (view, version, fingerprint) VALUES (?1, ?2, ?3)";
    conn.execute(sql, (code.view, code.version, code.fingerprint))?;
    if builds.active.is_none() {
        let number = conn.last_insert_rowid();
        conn.execute("INSERT OR REPLACE INTO active (view, number) VALUES (?1, ?2)", (code.view, number))?;
    }
    Ok(())
}

/// Shows a generation instead of the one that is shown.
pub(super) fn activate(conn: &Connection, view: &str, generation: Generation) -> rusqlite::Result<()> {
    let number = to_sql(generation);
    let sql = "UPDATE active SET before = number, number = ?2 WHERE view = ?1 AND number <> ?2";
    conn.execute(sql, (view, number))?;
    conn.execute("UPDATE generations SET is_held = 0 WHERE number = ?1", [number]).map(drop)
}

/// Shows the generation that was shown before, and holds the one that is; false if there is none.
pub(super) fn activate_before(conn: &Connection, view: &str) -> rusqlite::Result<bool> {
    let sql = "
        SELECT active.number, before FROM active JOIN generations ON generations.number = before WHERE active.view = ?1";
    let found: Option<(i64, i64)> = conn.query_row(sql, [view], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let Some((shown, before)) = found else { return Ok(false) };
    conn.execute("UPDATE active SET number = ?2, before = NULL WHERE view = ?1", (view, before))?;
    conn.execute("UPDATE generations SET is_held = 1 WHERE number = ?1", [shown])?;
    Ok(true)
}

/// Removes a generation; false if there is none of this number.
pub(super) fn remove(conn: &Transaction<'_>, view: &str, generation: Generation) -> rusqlite::Result<bool> {
    let number = to_sql(generation);
    conn.execute("UPDATE active SET before = NULL WHERE view = ?1 AND before = ?2", (view, number))?;
    let is_removed = conn.execute("DELETE FROM generations WHERE view = ?1 AND number = ?2", (view, number))? > 0;
    if is_removed {
        removed::add(conn, view, number)?;
    }
    Ok(is_removed)
}

fn builds(conn: &Connection, view: &str) -> rusqlite::Result<Builds> {
    let sql = "SELECT number, version, fingerprint, is_held FROM generations WHERE view = ?1 ORDER BY number";
    let mut select = conn.prepare_cached(sql)?;
    let all = select.query_map([view], |row| {
        let number = from_sql(row.get(0)?);
        Ok(Built { number, version: row.get(1)?, fingerprint: row.get(2)?, is_held: row.get(3)? })
    })?;
    let all: Vec<Built> = all.collect::<Result<_, _>>()?;
    let active = "SELECT number FROM active WHERE view = ?1";
    let active: Option<i64> = conn.prepare_cached(active)?.query_row([view], |row| row.get(0)).optional()?;
    let active = all.iter().find(|built| Some(built.number) == active.map(from_sql)).copied();
    Ok(Builds { all, active })
}

fn to_sql(generation: Generation) -> i64 {
    i64::try_from(generation.0).unwrap_or(i64::MAX)
}

fn from_sql(number: i64) -> Generation {
    Generation(u64::try_from(number).unwrap_or(0))
}
