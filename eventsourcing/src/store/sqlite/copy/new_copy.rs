//! A database that is made as a copy of another, and has its name only when it is whole and on the disk.
//!
//! It is made under another name beside its own, `…-copying`. What is left of it after a kill is no store, and the next copy to the same place
//! removes it.

use std::fs::{self, File, Metadata};
use std::io;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use crate::error::{OpenError, StoreError, StoreErrorKind};
use crate::store::sqlite::connection::side_files::head_record;
use crate::store::sqlite::copy::placeholder::Placeholder;
use crate::store::sqlite::error::system::io_error;
use crate::store::sqlite::error::{Operation, Origin, open_error_of_write};
use crate::store::sqlite::file::connect::{self, Absent};
use crate::store::sqlite::file::open::open_checked;
use crate::store::sqlite::file::path::DatabasePath;
use crate::store::sqlite::file::surroundings::Surroundings;
use crate::store::sqlite::format::head::Head;
use crate::store::sqlite::format::lineage;
use crate::store::sqlite::os::new_file;
use crate::store::sqlite::os::side_file::{COPYING, HEAD, JOURNAL, SHM, WAL, beside};
use crate::store::sqlite::settings::Settings;

/// The files that may be left beside a database that was not finished.
const BESIDE: [&str; 4] = [WAL, SHM, JOURNAL, HEAD];

/// The database while it is made; it is removed, unless it gets its name.
#[derive(Debug)]
pub(crate) struct Part {
    path: DatabasePath,
}

impl Part {
    /// An empty file, with the mode and owner of another.
    pub(crate) fn make(of: &DatabasePath, like: Option<&Metadata>) -> Result<Self, OpenError> {
        let unchecked = of.beside(COPYING);
        remove(&unchecked)?;
        for suffix in BESIDE {
            remove(&beside(&unchecked, suffix))?;
        }
        let path = of.database_beside(COPYING)?;
        new_file::make(&path, like).map_err(|error| io_error(path.to_path_buf(), error))?;
        Ok(Self { path })
    }

    pub(crate) const fn path(&self) -> &DatabasePath {
        &self.path
    }

    /// Copies what a connection sees, in one step and so of one moment. The error is that of the copy, unless what is read is damaged.
    pub(crate) fn fill(&self, from: &Connection, deadline: Duration) -> Result<(), CopyError> {
        let failed = |error: rusqlite::Error| {
            use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
            if matches!(error.sqlite_error_code(), Some(DatabaseCorrupt | NotADatabase)) {
                return CopyError::Source(error);
            }
            CopyError::Copy(Origin::File(self.path.to_path_buf()).error(Operation::Writing, error).into())
        };
        let bytes: i64 = from.pragma_query_value(None, "page_size", |row| row.get(0)).map_err(failed)?;
        let mut copy = connect::open_to_write(&self.path, deadline, Absent::Refuse).map_err(CopyError::Copy)?;
        // What is left of it after a fault is removed, and it is synced as a whole.
        copy.execute_batch(&format!("PRAGMA page_size = {bytes}; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF"))
            .map_err(failed)?;
        // The copy keeps the number that it has before, counted on by one.
        lineage::draw(&copy).map_err(failed)?;
        let backup = Backup::new(from, &mut copy).map_err(failed)?;
        let since = Instant::now();
        loop {
            if matches!(backup.step(-1).map_err(failed)?, StepResult::Done) {
                return Ok(());
            }
            if since.elapsed() >= deadline {
                return Err(CopyError::Copy(OpenError::in_use(&self.path, "its source is locked")));
            }
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// Opens it once, so that it is a store of this release's schema whose end was checked; gives where it ends.
    pub(crate) fn check(&self, settings: &Settings) -> Result<Head, OpenError> {
        let writer = open_checked(&self.path, settings)?;
        let head = writer.tail.head();
        writer.close().map_err(|error| open_error_of_write(&self.path, error))?;
        Ok(head)
    }

    /// Makes sure that all of it is on the disk, and in this one file.
    pub(crate) fn sync(&self) -> Result<(), OpenError> {
        if Surroundings::read(&self.path).has_wal() {
            let message = format!("cannot finish `{}`: SQLite has left a part of it in a `-wal`", self.path.display());
            return Err(StoreError::new(StoreErrorKind::Unavailable, message).into());
        }
        // No process has it open.
        sync(&self.path)
    }

    /// Gives it another name.
    pub(crate) fn rename(self, to: &Path) -> Result<(), OpenError> {
        fs::rename(&*self.path, to).map_err(|error| io_error(to.to_owned(), error))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        let _ = remove(&self.path);
        for suffix in BESIDE {
            let _ = remove(&self.path.beside(suffix));
        }
    }
}

/// Why a copy was not made.
#[derive(Debug)]
pub(crate) enum CopyError {
    /// It cannot be read.
    Source(rusqlite::Error),
    /// The copy cannot be written.
    Copy(OpenError),
}

/// A new copy, at a place where there is no file.
#[derive(Debug)]
pub(crate) struct NewCopy<'p> {
    // In this order they are removed: until then, the place is taken.
    pub(crate) part: Part,
    placeholder: Placeholder<'p>,
}

impl<'p> NewCopy<'p> {
    /// Begins a copy with the mode and owner of another file. A `-wal` of a file that was there before would be replayed into it: it is refused; a
    /// `-head` is written over when the copy is finished.
    pub(crate) fn begin(at: &'p DatabasePath, like: Option<&Metadata>) -> Result<Self, OpenError> {
        let placeholder = Placeholder::make(at, like)?;
        let around = Surroundings::read(at);
        if let Some(left) = [(around.has_wal(), WAL), (around.interrupted().is_some(), JOURNAL)]
            .into_iter()
            .find_map(|(is_left, suffix)| is_left.then(|| at.beside(suffix)))
        {
            return Err(OpenError::LostFile { path: at.to_path_buf(), left });
        }
        Ok(Self { part: Part::make(at, like)?, placeholder })
    }

    /// Gives the copy, which ends with this head, its name and its record.
    pub(crate) fn finish(self, head: Head) -> Result<(), OpenError> {
        let at = self.placeholder.at;
        self.part.sync()?;
        // Before the copy has its name: a store without its record is one that has lost nothing.
        record(at, head).and_then(|()| self.part.rename(at)).inspect_err(|_| {
            // Without the copy, it would be what is left of a lost file.
            let _ = remove(&at.beside(HEAD));
        })?;
        self.placeholder.replaced();
        sync_names(at)
    }
}

/// Records how far the log of a file has come, on the disk, whatever was recorded there before.
pub(crate) fn record(of: &DatabasePath, head: Head) -> Result<(), OpenError> {
    head_record::keep_copy(of, head).map_err(|error| io_error(of.beside(HEAD), error))
}

fn sync(path: &Path) -> Result<(), OpenError> {
    let file = File::options().write(true).open(path).and_then(|file| file.sync_all());
    file.map_err(|error| io_error(path.to_owned(), error))
}

/// Makes the name of a database, and those of the files beside it, as lasting as what is in them.
pub(crate) fn sync_names(of: &DatabasePath) -> Result<(), OpenError> {
    new_file::sync_folder(of).map_err(|error| io_error(of.folder().to_owned(), error))
}

/// Removes a file, if there is one.
pub(crate) fn remove(path: &Path) -> Result<(), OpenError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(io_error(path.to_owned(), error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_of_a_copy_that_cannot_have_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let at = DatabasePath::new(&folder.path().join("copy.db")).unwrap();
        let copy = NewCopy::begin(&at, None).unwrap();
        let head = copy.part.check(&Settings::default()).unwrap();
        fs::remove_file(&*at).unwrap();
        fs::create_dir(&*at).unwrap();
        copy.finish(head).unwrap_err();
        let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert_eq!(left, [at.to_path_buf()], "what has taken the place alone");
    }
}
