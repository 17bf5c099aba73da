//! Opening the file, and whether it is still the one that was opened.

use std::fs;
use std::path::Path;

use rusqlite::Connection;

use crate::error::{StoreErrorKind, SubscriptionError};
use crate::store::sqlite::companion::{self, FileId, FileKind, Refusal};
use crate::subscription::sqlite::failure;

/// "essb": the subscriptions of a folder.
const KIND: FileKind = FileKind { application: 0x6573_7362, schema: 1 };

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
    opened: FileId,
}

impl Database {
    /// Opens the file, and makes it and its folder if they are not there.
    pub(super) fn open(path: &Path) -> Result<Self, SubscriptionError> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|error| failure::io(path, error))?;
        }
        // A power loss takes back the last acknowledgements, and what they were of is delivered again.
        let conn = companion::open(path, KIND, |conn| conn.execute_batch(TABLES));
        let conn = conn.map_err(|refusal| refused(path, refusal))?;
        conn.pragma_update(None, "trusted_schema", false).map_err(|error| failure::sqlite(path, error))?;
        let opened = FileId::of(path).ok_or_else(|| failure::deleted(path))?;
        Ok(Self { conn, opened })
    }

    /// Whether the file is still the one under its name.
    pub(super) fn is_at(&self, path: &Path) -> bool {
        FileId::of(path) == Some(self.opened)
    }
}

fn refused(path: &Path, refusal: Refusal) -> SubscriptionError {
    let what = match refusal {
        Refusal::OtherApplication { application } => {
            format!("is a database of another application (id {application:#x}): give another folder")
        }
        Refusal::NewerSchema { found, known } => {
            format!("was made by a newer release (schema {found}, and this one knows {known}): open it with that one")
        }
        // Of files that are opened to be read.
        Refusal::NotMade => return failure::deleted(path),
        Refusal::Read(error) | Refusal::Write(error) => return failure::sqlite(path, error),
    };
    failure::of_file(StoreErrorKind::Unsupported, path, what)
}
