//! A file that reserves the path of a database that is being made.

use std::fs::{self, File, Metadata};
use std::io::{self, Write};

use crate::error::OpenError;
use crate::store::sqlite::error::system::io_error;
use crate::store::sqlite::file::path::DatabasePath;
use crate::store::sqlite::os::new_file;

/// A file that stands where a database is to be, so that no other process makes one there. It is removed, unless the database takes its place.
#[derive(Debug)]
pub(crate) struct Placeholder<'p> {
    pub(crate) at: &'p DatabasePath,
    is_replaced: bool,
    /// Locked: what a killed process has left is not.
    file: File,
}

/// Opening it is refused: it is not a database.
const PLACEHOLDER: &[u8] =
    b"eventsourcing: a copy of a store was to be made here, and was not finished. Delete this file.\n";

impl<'p> Placeholder<'p> {
    /// Takes a place where there is no file, or nothing but what a killed process has left.
    pub(crate) fn make(at: &'p DatabasePath, like: Option<&Metadata>) -> Result<Self, OpenError> {
        let failed = |error: io::Error| {
            if matches!(error.kind(), io::ErrorKind::AlreadyExists | io::ErrorKind::WouldBlock) {
                return OpenError::AlreadyExists { path: at.to_path_buf() };
            }
            io_error(at.to_path_buf(), error)
        };
        let is_left = Self::is_at(at);
        let file = if is_left { new_file::open_beside(at, at) } else { new_file::make(at, like) };
        let file = file.map_err(failed)?;
        file.try_lock().map_err(io::Error::from).map_err(failed)?;
        if is_left && !Self::is_at(at) {
            // The process that held it has put the database there meanwhile.
            return Err(failed(io::ErrorKind::AlreadyExists.into()));
        }
        let placeholder = Self { at, is_replaced: false, file };
        if !is_left {
            (&placeholder.file).write_all(PLACEHOLDER).map_err(failed)?;
        }
        Ok(placeholder)
    }

    /// Whether there is one. No database is so short, so that none is opened.
    pub(crate) fn is_at(path: &DatabasePath) -> bool {
        let has_length = path.metadata().is_some_and(|found| found.len() == PLACEHOLDER.len() as u64);
        has_length && fs::read(&**path).is_ok_and(|bytes| bytes == PLACEHOLDER)
    }

    /// The database has taken its place.
    pub(crate) fn replaced(mut self) {
        self.is_replaced = true;
    }
}

impl Drop for Placeholder<'_> {
    fn drop(&mut self) {
        if !self.is_replaced {
            let _ = fs::remove_file(&**self.at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_process_has_left_is_taken_and_what_another_holds_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let at = DatabasePath::new(&folder.path().join("copy.db")).unwrap();
        let first = Placeholder::make(&at, None).unwrap();
        assert!(matches!(Placeholder::make(&at, None), Err(OpenError::AlreadyExists { .. })));
        drop(first);
        assert_eq!(at.metadata().map(|found| found.len()), None, "it is removed");
        fs::write(&*at, PLACEHOLDER).unwrap();
        Placeholder::make(&at, None).unwrap().replaced();
        assert!(Placeholder::is_at(&at));
        for other in [&b""[..], b"a letter", &PLACEHOLDER.repeat(2)] {
            fs::write(&*at, other).unwrap();
            assert!(matches!(Placeholder::make(&at, None), Err(OpenError::AlreadyExists { .. })));
            assert_eq!(fs::read(&*at).unwrap(), other);
        }
    }
}
