//! Opening the file, and whether it is still the one that was opened.

use std::fs::{self, Metadata};
use std::io;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use crate::error::{StoreErrorKind, SubscriptionError};
use crate::store::sqlite::wal_mode;
use crate::subscription::sqlite::failure;

/// Marks the file as one of subscriptions: "essb".
const APPLICATION: i32 = 0x6573_7362;

/// The version of the tables.
const SCHEMA: i32 = 1;

/// How long to wait for another process that writes.
const BUSY: Duration = Duration::from_secs(5);

const TABLES: &str = "
    CREATE TABLE subscriptions (
        name TEXT PRIMARY KEY NOT NULL,
        store BLOB, position INTEGER, checksum INTEGER,
        token BLOB, beat INTEGER NOT NULL DEFAULT 0, lease INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE TABLE skipped (
        name TEXT NOT NULL, position INTEGER NOT NULL, error TEXT NOT NULL,
        PRIMARY KEY (name, position)
    ) STRICT, WITHOUT ROWID;";

/// The open file.
pub(super) struct Database {
    pub(super) conn: Connection,
    /// Which file it is, whatever stands under its name later.
    identity: Identity,
}

impl Database {
    /// Opens the file, and makes it and its folder if they are not there.
    pub(super) fn open(path: &Path) -> Result<Self, SubscriptionError> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|error| failure::io(path, error))?;
        }
        let failed = |error| failure::sqlite(path, error);
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut conn = Connection::open_with_flags(path, flags).map_err(failed)?;
        conn.busy_timeout(BUSY).map_err(failed)?;
        // Before it is changed to WAL mode: the file of another is left as it is.
        let is_new = is_new(&conn, path)?;
        wal_mode::enter(&conn, BUSY).map_err(failed)?;
        // A power loss takes back the last acknowledgements, and what they were of is delivered again.
        conn.pragma_update(None, "synchronous", "NORMAL").map_err(failed)?;
        conn.pragma_update(None, "trusted_schema", false).map_err(failed)?;
        if is_new {
            make_tables(&mut conn).map_err(failed)?;
        }
        let identity = Identity::of(path).map_err(|error| failure::io(path, error))?;
        Ok(Self { conn, identity })
    }

    /// Whether the file is still the one under its name. SQLite itself would go on with one that was deleted, and all that it keeps would be lost.
    pub(super) fn is_at(&self, path: &Path) -> bool {
        Identity::of(path).is_ok_and(|now| now == self.identity)
    }
}

/// Whether there is nothing in it yet; refuses the file of another application or of a newer release.
fn is_new(conn: &Connection, path: &Path) -> Result<bool, SubscriptionError> {
    let query = "SELECT (SELECT application_id FROM pragma_application_id), (SELECT user_version FROM pragma_user_version), \
                 (SELECT count(*) FROM sqlite_schema)";
    let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    let (application, version, tables): (i32, i32, i64) =
        conn.query_row(query, (), row).map_err(|error| failure::sqlite(path, error))?;
    let refused = |what: String| Err(failure::of_file(StoreErrorKind::Unsupported, path, what));
    if application == 0 && tables == 0 {
        return Ok(true);
    }
    if application != APPLICATION {
        return refused(format!("is a database of another application (id {application:#x}): give another folder"));
    }
    if version > SCHEMA {
        let what = "was made by a newer release";
        return refused(format!("{what} (schema {version}, and this one knows {SCHEMA}): open it with that one"));
    }
    Ok(false)
}

fn make_tables(conn: &mut Connection) -> rusqlite::Result<()> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have been first.
    if tx.query_row("SELECT count(*) = 0 FROM sqlite_schema", (), |row| row.get(0))? {
        tx.execute_batch(TABLES)?;
        tx.pragma_update(None, "application_id", APPLICATION)?;
        tx.pragma_update(None, "user_version", SCHEMA)?;
    }
    tx.commit()
}

/// Names a file of the system; on systems without such numbers, only that there is one: there, an open file cannot be deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Identity(u64, u64);

impl Identity {
    fn of(path: &Path) -> io::Result<Self> {
        fs::metadata(path).map(|found| Self::from(&found))
    }
}

#[cfg(unix)]
impl From<&Metadata> for Identity {
    fn from(found: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        Self(found.dev(), found.ino())
    }
}

#[cfg(not(unix))]
impl From<&Metadata> for Identity {
    fn from(_: &Metadata) -> Self {
        Self(0, 0)
    }
}
