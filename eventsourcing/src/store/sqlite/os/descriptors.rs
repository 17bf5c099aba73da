//! The files that the store opens by itself, beside what SQLite has open.
//!
//! Where SQLite locks by `fcntl`, the system takes all locks that a process has on a file as soon as the process closes any descriptor of that
//! file. SQLite has locks on the database (which processes have it open) and on its `-shm` (who writes, who reads which pages, who is connected), and
//! relies on them: when
//! they are lost, two processes write at once, and a reader's pages are written over. So while a store may be open, only SQLite opens these
//! two; anything else about them is asked of SQLite, or of the system by their names.
//!
//! Here are the files of which a descriptor may be closed at any time. No other file of the store's rooms opens one, but those that make files:
//! `new_file` (what the store keeps beside a database), `placeholder` and `new_copy` (a database that has not its name yet, which no process has
//! open).

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

use crate::store::sqlite::os::side_file::{HEAD, JOURNAL, TURN, WAL};

/// The files beside a database on which SQLite has no locks.
const UNLOCKED: [&str; 4] = [WAL, JOURNAL, HEAD, TURN];

/// Opens one of the files beside a database that SQLite does not lock; any other is refused.
pub(crate) fn open_to_read(beside: &Path) -> io::Result<File> {
    check(beside)?;
    File::open(beside)
}

/// As [`open_to_read`], for reading and writing.
pub(crate) fn open_to_write(beside: &Path) -> io::Result<File> {
    check(beside)?;
    OpenOptions::new().read(true).write(true).open(beside)
}

/// Opens a folder; anything else is refused.
#[cfg(unix)]
pub(crate) fn open_folder(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;

    OpenOptions::new().read(true).custom_flags(libc::O_DIRECTORY).open(path)
}

#[cfg(not(unix))]
pub(crate) fn open_folder(path: &Path) -> io::Result<File> {
    File::open(path)
}

fn check(path: &Path) -> io::Result<()> {
    let name = path.as_os_str().as_encoded_bytes();
    if UNLOCKED.iter().any(|suffix| name.ends_with(suffix.as_bytes())) {
        return Ok(());
    }
    let message = format!("`{}` is opened by SQLite alone, which may have locks on it", path.display());
    Err(io::Error::new(io::ErrorKind::InvalidInput, message))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_sqlite_locks_is_not_opened() {
        let folder = tempfile::tempdir().unwrap();
        for (name, is_refused) in [("s.db", true), ("s.db-shm", true), ("s.db-wal", false), ("s.db-head", false)] {
            let path = folder.path().join(name);
            fs::write(&path, "").unwrap();
            assert_eq!(
                (open_to_read(&path).is_err(), open_to_write(&path).is_err()),
                (is_refused, is_refused),
                "{name}"
            );
            assert!(open_folder(&path).is_err());
        }
        assert!(open_folder(folder.path()).is_ok());
    }

    /// The only files of these rooms that open others, and what.
    const MAY_OPEN: [(&str, &str); 6] = [
        ("companion/lock_file.rs", "an empty file that a lease locks, beside a database of views or subscriptions"),
        ("connection/side_files/head_record/claim.rs", "the system's own number of its start"),
        ("copy/new_copy.rs", "a copy that has no name yet"),
        ("copy/placeholder.rs", "a file that is too short to be a database"),
        ("os/descriptors.rs", "what SQLite does not lock"),
        ("os/new_file.rs", "what the store keeps beside a database, and files that it makes"),
    ];

    #[test]
    fn no_other_file_opens_one() {
        let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/sqlite");
        let (mut left, mut opening, mut looked_at) = (vec![top.clone()], Vec::new(), 0);
        while let Some(path) = left.pop() {
            let name = path.strip_prefix(&top).unwrap().to_str().unwrap().to_owned();
            if path.is_dir() {
                left.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
            } else if !name.ends_with("tests.rs") && !name.contains("tests/") {
                looked_at += 1;
                let text = fs::read_to_string(&path).unwrap();
                let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
                let opens = ["File::open", "File::create", "File::options", "OpenOptions::new"].into_iter();
                let opens = opens.chain(["fs::read(", "fs::read_to_string(", "fs::write(", "fs::copy("]);
                if opens.into_iter().any(|call| code.contains(call)) {
                    opening.push(name);
                }
            }
        }
        opening.sort();
        assert_eq!(opening, MAY_OPEN.map(|(name, _)| name));
        assert!(looked_at > 60, "{looked_at}");
    }
}
