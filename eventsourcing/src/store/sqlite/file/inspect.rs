//! What a file is and what opening it takes, found out without an effect on it or on any file beside it.
//!
//! The system is asked first which files there are; then SQLite looks at the database file by itself, and then with its WAL, each only if what was
//! seen before allows it.

use std::ops::ControlFlow;
use std::path::PathBuf;

use rusqlite::Connection;

use crate::error::OpenError;
use crate::store::LogRead;
use crate::store::sqlite::connection::reader::Reader;
use crate::store::sqlite::connection::side_files::head_record;
use crate::store::sqlite::error::{LogMismatch, Origin, open_error};
use crate::store::sqlite::file::content::{Content, Examined, Purpose, examine, read_interrupted};
use crate::store::sqlite::file::path::DatabasePath;
use crate::store::sqlite::file::surroundings::Surroundings;
use crate::store::sqlite::format::head::{self, Head};
use crate::store::sqlite::format::schema::SCHEMA;
use crate::store::sqlite::os::side_file::{HEAD, JOURNAL, RESTORE, WAL};
use crate::store::sqlite::read::log;
use crate::store::sqlite::settings::Settings;
use crate::stream::Position;

/// What opening a file takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plan {
    /// There is nothing in it yet.
    Create,
    /// It is a store of this release's schema, and its log ends as it should.
    Use,
    /// It is a store of an older schema.
    Migrate { from: i64 },
}

/// Finds out what opening a file takes.
pub(crate) fn inspect(path: &DatabasePath, settings: &Settings) -> Result<Plan, OpenError> {
    Surroundings::look_until_settled(path, |around| make_plan(path, &around, settings))
}

fn make_plan(path: &DatabasePath, around: &Surroundings, settings: &Settings) -> Result<Plan, OpenError> {
    if around.is_unrestored {
        return Err(OpenError::Unrestored { path: path.to_path_buf(), left: path.beside(RESTORE) });
    }
    if around.has_no_database() {
        check_not_lost(path, around, settings.accept_loss)?;
        return Ok(Plan::Create);
    }
    if let Some(pages) = around.interrupted() {
        // The change was the first of an empty file, and wrote nothing: SQLite rolls it back.
        if (read_interrupted(path)?, pages) == (Content::Nothing, 0) {
            check_not_lost(path, around, settings.accept_loss)?;
            return Ok(Plan::Create);
        }
        return Err(OpenError::Interrupted { path: path.to_path_buf(), journal: path.beside(JOURNAL) });
    }
    let Examined { conn, content, is_wal_foreign } = examine(path, around, settings.busy_deadline, Purpose::Open)?;
    if is_wal_foreign {
        return Err(OpenError::ForeignWal { path: path.to_path_buf() });
    }
    check_end(&mut Reader::new(conn), content, path, settings)?;
    Ok(match content {
        Content::Ours(SCHEMA) => Plan::Use,
        Content::Ours(from) => Plan::Migrate { from },
        Content::Nothing => Plan::Create,
    })
}

/// Refuses to make a store where one was lost. That its end is lost may be accepted; a WAL may be all that is left of it, and would be removed.
pub(crate) fn check_not_lost(path: &DatabasePath, around: &Surroundings, accept_loss: bool) -> Result<(), OpenError> {
    let lost = |left: PathBuf| Err(OpenError::LostFile { path: path.to_path_buf(), left });
    if around.has_wal() {
        return lost(path.beside(WAL));
    }
    if around.interrupted().is_some_and(|pages| pages > 0) {
        return lost(path.beside(JOURNAL));
    }
    // A record of position 0 is that of a store which never had an event.
    let recorded = || head_record::recorded_position(path).map_err(|error| open_error(path, error));
    if around.has_head() && !accept_loss && recorded()? != Some(Position::default()) {
        return lost(path.beside(HEAD));
    }
    Ok(())
}

/// Checks that a log has come as far as was recorded, and its last event if that has a seal.
pub(crate) fn check_end(
    reader: &mut Reader,
    content: Content,
    path: &DatabasePath,
    settings: &Settings,
) -> Result<(), OpenError> {
    let failed = |error| open_error(path, error);
    let found = match content {
        Content::Ours(SCHEMA) => return check_tail(reader, path, settings).map(drop),
        Content::Ours(_) => head::find_position(&reader.conn).map_err(failed)?,
        Content::Nothing => Position::default(),
    };
    let recorded = head_record::recorded_position(path).map_err(failed)?.unwrap_or_default();
    if recorded > found && !settings.accept_loss {
        return Err(OpenError::Behind { path: path.to_path_buf(), recorded, found });
    }
    Ok(())
}

/// Checks the last event, and that the log has come as far as was recorded; gives where it ends.
pub(crate) fn check_tail(reader: &mut Reader, path: &DatabasePath, settings: &Settings) -> Result<Head, OpenError> {
    let origin = || Origin::File(path.to_path_buf());
    let head = find_head(&reader.conn, path)?;
    let last = LogRead::after(head.position.previous());
    let read = log::read_page(reader, &last, &mut |_| ControlFlow::Continue(()));
    read.map_err(|fault| origin().read_error(fault).into_store())?;
    if settings.accept_loss {
        return Ok(head);
    }
    head_record::check(&reader.conn, path).map_err(|found| match found {
        LogMismatch::Behind { recorded, found } => OpenError::Behind { path: path.to_path_buf(), recorded, found },
        LogMismatch::Diverged { position } => OpenError::Diverged { path: path.to_path_buf(), position },
        LogMismatch::Sqlite(_) | LogMismatch::Unreadable { .. } => mismatch_error(path, found),
    })?;
    Ok(head)
}

/// Where the log ends.
pub(crate) fn find_head(conn: &Connection, path: &DatabasePath) -> Result<Head, OpenError> {
    head::find(conn, Head::default()).map_err(|found| mismatch_error(path, found))
}

fn mismatch_error(path: &DatabasePath, mismatch: LogMismatch) -> OpenError {
    match mismatch {
        LogMismatch::Sqlite(error) => open_error(path, error),
        LogMismatch::Behind { .. } | LogMismatch::Diverged { .. } | LogMismatch::Unreadable { .. } => {
            Origin::File(path.to_path_buf()).mismatch(mismatch).into()
        }
    }
}
