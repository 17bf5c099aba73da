//! Looking at a store that may be damaged, and that may be in use, without an effect on any file.

use crate::error::{OpenError, StoreError, StoreErrorKind};
use crate::store::sqlite::connection::reader::Reader;
use crate::store::sqlite::connection::setup::check_library;
use crate::store::sqlite::error::open_error;
use crate::store::sqlite::file::content::{Content, Examined, Purpose, examine};
use crate::store::sqlite::file::inspect::check_not_lost;
use crate::store::sqlite::file::path::DatabasePath;
use crate::store::sqlite::file::surroundings::Surroundings;
use crate::store::sqlite::format::schema::SCHEMA;
use crate::store::sqlite::os::side_file::{JOURNAL, RESTORE};
use crate::store::sqlite::settings::BUSY_DEADLINE;

/// A store as it is at one moment.
#[derive(Debug)]
pub(crate) struct Look {
    pub(crate) reader: Reader,
    pub(crate) content: Content,
    /// Whether the WAL beside the file is that of another, and is left out.
    pub(crate) is_wal_foreign: bool,
    path: DatabasePath,
    around: Surroundings,
}

impl Look {
    /// Looks at a file that must be a store of this release's schema.
    pub(crate) fn open(path: &DatabasePath, purpose: Purpose) -> Result<Self, OpenError> {
        let look = Self::open_any_schema(path, purpose)?;
        match look.content {
            Content::Ours(SCHEMA) => Ok(look),
            Content::Ours(schema) => Err(unsupported(
                path,
                &format!("has schema {schema}: open it once, which brings it to schema {SCHEMA}"),
            )),
            Content::Nothing => Err(OpenError::NoStore { path: path.to_path_buf() }),
        }
    }

    /// Looks at a file that must be a store.
    pub(crate) fn open_any_schema(path: &DatabasePath, purpose: Purpose) -> Result<Self, OpenError> {
        check_library()?;
        Surroundings::look_until_settled(path, |around| Self::open_once(path, around, purpose))
    }

    fn open_once(path: &DatabasePath, around: Surroundings, purpose: Purpose) -> Result<Self, OpenError> {
        if around.is_unrestored {
            return Err(OpenError::Unrestored { path: path.to_path_buf(), left: path.beside(RESTORE) });
        }
        if around.has_no_database() {
            check_not_lost(path, &around, false)?;
            return Err(OpenError::NoStore { path: path.to_path_buf() });
        }
        if around.interrupted().is_some() {
            return Err(OpenError::Interrupted { path: path.to_path_buf(), journal: path.beside(JOURNAL) });
        }
        let Examined { conn, content, is_wal_foreign } = examine(path, &around, BUSY_DEADLINE, purpose)?;
        Ok(Self { reader: Reader::new(conn), content, is_wal_foreign, path: path.clone(), around })
    }

    /// From here on, all that is read is of one moment. What was recorded of the file must have been read before.
    pub(crate) fn begin(&self) -> Result<(), OpenError> {
        self.reader.conn.execute_batch("BEGIN").map_err(|error| open_error(&self.path, error))
    }

    /// Whether another process may have changed the file while it was looked at without a lock: what was seen is then not of one moment.
    pub(crate) fn is_outdated(&self) -> bool {
        // With its WAL, it was looked at in a transaction.
        let is_without_lock = self.is_wal_foreign || !self.around.has_wal();
        is_without_lock && Surroundings::read(&self.path) != self.around
    }
}

fn unsupported(path: &DatabasePath, what: &str) -> OpenError {
    StoreError::new(StoreErrorKind::Unsupported, format!("`{}` {what}", path.display())).into()
}
