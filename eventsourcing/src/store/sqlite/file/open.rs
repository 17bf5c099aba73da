//! Opening a file: it is inspected first, without an effect, and then made, migrated or used.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use crate::error::{OpenError, StoreError, StoreErrorKind};
use crate::store::sqlite::connection::reader::Reader;
use crate::store::sqlite::connection::setup::{check_library, end_wal_at_close, keep_plans, set_up};
use crate::store::sqlite::connection::sharing::{Share, Use};
use crate::store::sqlite::connection::side_files::head_record;
use crate::store::sqlite::connection::side_files::{before_writing, note_failed_sync};
use crate::store::sqlite::connection::wal::checkpoint;
use crate::store::sqlite::connection::writer::Writer;
use crate::store::sqlite::error::{Operation, Origin, open_error_of_write};
use crate::store::sqlite::file::connect::{self, Absent};
use crate::store::sqlite::file::content::{Content, read_content};
use crate::store::sqlite::file::inspect::{Plan, check_tail, find_head, inspect};
use crate::store::sqlite::file::migrate::{MigrationStep, STEPS};
use crate::store::sqlite::file::path::DatabasePath;
use crate::store::sqlite::file::surroundings::Surroundings;
use crate::store::sqlite::format::head::Head;
use crate::store::sqlite::format::lineage;
use crate::store::sqlite::format::schema::SCHEMA;
use crate::store::sqlite::format::store_id;
use crate::store::sqlite::settings::Settings;
use crate::stream::StoreId;

/// How often opening begins again because the file was replaced meanwhile.
const TRIES: usize = 4;

impl Content {
    /// The steps that make it a store of this release's schema; none if it is one.
    fn steps(self) -> &'static [MigrationStep] {
        let Self::Ours(schema) = self else { return &STEPS };
        usize::try_from(schema).ok().and_then(|made| STEPS.get(made..)).unwrap_or_default()
    }
}

/// Opens the store in a file, or makes it; the path comes back as that of the file itself.
pub(crate) fn open_file(path: &Path, settings: &Settings) -> Result<(PathBuf, Writer), OpenError> {
    check_library()?;
    let path = DatabasePath::new(path)?;
    let writer = open_checked(&path, settings)?;
    Ok((path.into_path_buf(), writer))
}

/// As [`open_file`], for a path that was checked.
pub(crate) fn open_checked(path: &DatabasePath, settings: &Settings) -> Result<Writer, OpenError> {
    let opening = Share::begin(path, Use::Opening, settings.busy_deadline);
    let _opening = opening.ok_or_else(|| OpenError::in_use(path, "a store of this process reads it"))?;
    for _ in 0..TRIES {
        let before = Surroundings::read(path);
        let plan = inspect(path, settings)?;
        let writer = execute(plan, path, settings)?;
        // Its lock keeps the file from being replaced from now on. If it was before, the connection is to a file that has no name.
        if before.is_same_file(&Surroundings::read(path)) {
            return Ok(writer);
        }
    }
    Err(OpenError::in_use(path, "another process replaces the file"))
}

/// Does what opening takes.
fn execute(plan: Plan, path: &DatabasePath, settings: &Settings) -> Result<Writer, OpenError> {
    let absent = if plan == Plan::Create { Absent::Create } else { Absent::Refuse };
    let mut conn = connect::open_to_write(path, settings.busy_deadline, absent)?;
    set_up(&conn, path, settings)?;
    before_writing(path, settings).map_err(|error| open_error_of_write(path, error))?;
    if plan == Plan::Use {
        let head = find_head(&conn, path)?;
        if head.position == 0 {
            // One that an older release has made has no id yet.
            write_id(&mut conn).map_err(|error| open_error_of_write(path, error))?;
        }
        return Ok(Writer::new(conn, head));
    }
    let migrated = migrate(&mut conn, path);
    // Also if it fails, so that nothing is left of the change in the WAL; but not where a sync has failed, which the next to open it settles.
    let is_in_doubt = head_record::unsettled_sync(path).is_ok_and(|doubt| doubt.is_some());
    end_wal_at_close(&conn, !is_in_doubt);
    migrated?;
    // So that the file itself has its number: a WAL of another file is then recognised beside it. If readers are in the way, it gets it later.
    if !is_in_doubt && let Err(error) = checkpoint(&conn, "PASSIVE") {
        note_failed_sync(path, &error);
    }
    let mut reader = Reader::new(conn);
    let head = check_tail(&mut reader, path, settings)?;
    Ok(Writer::new(reader.conn, head))
}

/// The id of a store that was opened.
pub(crate) fn read_id(writer: &Writer, origin: &Origin) -> Result<StoreId, OpenError> {
    let id = store_id::find(&writer.reader.conn).map_err(|error| origin.error(Operation::Reading, error))?;
    // One without an id and without events was given one.
    Ok(id.unwrap_or_else(StoreId::new))
}

fn write_id(conn: &mut Connection) -> rusqlite::Result<()> {
    if store_id::find(conn)?.is_some() {
        return Ok(());
    }
    let transaction = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    store_id::write(&transaction)?;
    transaction.commit()
}

/// Another connection to a file that was opened before, and so is of this release's schema.
pub(crate) fn reopen_file(path: &Path, settings: &Settings) -> Result<Connection, OpenError> {
    let path = DatabasePath::recheck(path)?;
    let conn = connect::open_to_write(&path, settings.busy_deadline, Absent::Refuse)?;
    let found = read_content(&conn, &path)?;
    if matches!(found, Content::Nothing) {
        return Err(OpenError::NoStore { path: path.into_path_buf() });
    }
    if !found.steps().is_empty() {
        return Err(replaced_by_older(&path));
    }
    set_up(&conn, &path, settings)?;
    Ok(conn)
}

/// The error where another file has the name of one that is open, or its content was overwritten: only opening the store may change its schema.
fn replaced_by_older(path: &DatabasePath) -> OpenError {
    let message = format!(
        "`{}` was replaced by a store of an older schema while it is open; nothing was stored or read: put the file that was there back to \
         go on, or end all processes that have the store open, and open it again",
        path.display()
    );
    StoreError::new(StoreErrorKind::Unsupported, message).into()
}

/// A new store in memory.
pub(crate) fn open_in_memory() -> Result<Writer, OpenError> {
    check_library()?;
    let open = || {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = Connection::open_in_memory_with_flags(flags)?;
        keep_plans(&conn)?;
        apply(&conn, &STEPS)?;
        Ok(Writer::new(conn, Head::default()))
    };
    open().map_err(|error| Origin::Memory.error(Operation::Writing, error).into())
}

/// Makes the tables that are not there, in one transaction, unless another process was faster.
fn migrate(conn: &mut Connection, path: &DatabasePath) -> Result<(), OpenError> {
    let failed = |error| {
        note_failed_sync(path, &error);
        open_error_of_write(path, error)
    };
    let transaction = conn.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
    apply(&transaction, read_content(&transaction, path)?.steps()).map_err(failed)?;
    transaction.commit().map_err(failed)
}

fn apply(conn: &Connection, steps: &[MigrationStep]) -> rusqlite::Result<()> {
    if steps.is_empty() {
        return Ok(());
    }
    steps.iter().try_for_each(|step| step.take(conn))?;
    store_id::write(conn)?;
    conn.pragma_update(None, "user_version", SCHEMA)?;
    lineage::draw(conn)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_file_of_an_older_schema_that_has_taken_its_place_is_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings::default();
        let (path, writer) = open_file(&folder.path().join("store.db"), &settings).unwrap();
        writer.close().unwrap();
        fs::remove_file(&path).unwrap();
        let older = Connection::open(&path).unwrap();
        STEPS.iter().take(2).for_each(|step| step.take(&older).unwrap());
        older.pragma_update(None, "user_version", 2).unwrap();
        drop(older);
        let before = fs::read(&path).unwrap();
        let error = reopen_file(&path, &settings).unwrap_err().into_store();
        assert_eq!(error.kind(), StoreErrorKind::Unsupported);
        assert!(error.to_string().contains("was replaced by a store of an older schema"), "{error}");
        assert_eq!(fs::read(&path).unwrap(), before);
    }

    #[cfg(unix)]
    #[test]
    fn a_child_of_the_process_that_has_the_file_open_does_nothing_to_it() {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings::default();
        let (path, writer) = open_file(&folder.path().join("store.db"), &settings).unwrap();
        writer.close().unwrap();
        let parent = crate::store::sqlite::connection::identity::opened_by_parent(&path);
        let entries = || fs::read_dir(folder.path()).unwrap().count();
        let before = (fs::read(&path).unwrap(), entries());
        let refused = [open_file(&path, &settings).map(drop), reopen_file(&path, &settings).map(drop)];
        for refused in refused {
            let error = refused.unwrap_err().into_store();
            assert_eq!(error.kind(), StoreErrorKind::Closed);
            assert!(error.to_string().contains("fork"), "{error}");
        }
        assert_eq!((fs::read(&path).unwrap(), entries()), before);
        drop(parent);
        open_file(&path, &settings).unwrap();
    }
}
