//! Paths that SQLite may be given.
//!
//! SQLite takes some paths for something else (`:memory:`, an URI), makes a file where a folder was meant, and keeps `-wal` and `-shm` beside the
//! real file of a symlink, but beside each name of a file that has several. So every path goes through one check, and what opens a database takes
//! nothing but a [`DatabasePath`].

use std::fs::{self, Metadata};
use std::io;
use std::ops::Deref;
use std::path::{self, Path, PathBuf, is_separator};

use crate::error::OpenError;
use crate::store::sqlite::error::system::{LONGEST, LONGEST_NAME, io_error, too_long};
use crate::store::sqlite::os::side_file::beside;

/// As many symlinks are followed as Linux follows.
const LINKS: usize = 40;

/// The absolute path of a file, symlinks resolved, that SQLite takes for nothing else. There may be no such file yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DatabasePath(PathBuf);

impl DatabasePath {
    /// Checks a path that a user gave.
    pub(crate) fn new(given: &Path) -> Result<Self, OpenError> {
        let path = resolve(spelled(given)?)?;
        check_length(&path)?;
        let path = Self::regular(path)?;
        match path.metadata().map_or(1, |found| names(&found)) {
            0 | 1 => Ok(path),
            names => Err(OpenError::HardLinked { path: path.0, names }),
        }
    }

    /// Checks the path of a store that is open. Names that its file was given since then do no harm: by them it is not opened.
    pub(crate) fn recheck(path: &Path) -> Result<Self, OpenError> {
        let path = Self::regular(path.to_owned())?;
        // Beside an empty file, SQLite would delete the `-wal`.
        match path.metadata() {
            Some(found) if found.len() > 0 => Ok(path),
            Some(_) | None => Err(OpenError::NoStore { path: path.0 }),
        }
    }

    /// The path, unless something that is no file stands there.
    fn regular(path: PathBuf) -> Result<Self, OpenError> {
        match fs::symlink_metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self(path)),
            Err(error) => Err(io_error(path, error)),
            Ok(found) if found.is_file() => Ok(Self(path)),
            Ok(found) => {
                let reason = if found.is_dir() {
                    "it is a folder; give the path of a file in it"
                } else {
                    "it is a device, a socket, or a symlink that was put in the place of a file; give the path of a file"
                };
                Err(OpenError::NotAFile { path, reason })
            }
        }
    }

    /// What the system knows of the file; None if there is none.
    pub(crate) fn metadata(&self) -> Option<Metadata> {
        fs::symlink_metadata(&self.0).ok()
    }

    /// The path of a file beside it.
    pub(crate) fn beside(&self, suffix: &str) -> PathBuf {
        beside(&self.0, suffix)
    }

    /// The path of another database beside it.
    pub(crate) fn database_beside(&self, suffix: &str) -> Result<Self, OpenError> {
        Self::new(&self.beside(suffix))
    }

    pub(crate) fn folder(&self) -> &Path {
        // An absolute path of a file has one.
        self.0.parent().unwrap_or(&self.0)
    }

    pub(crate) fn into_path_buf(self) -> PathBuf {
        self.0
    }
}

impl Deref for DatabasePath {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

/// The absolute path, if what was written can be the path of a file.
fn spelled(given: &Path) -> Result<PathBuf, OpenError> {
    let bytes = given.as_os_str().as_encoded_bytes();
    let is_separator = |byte: &u8| is_separator(char::from(*byte));
    let last = bytes.rsplit(is_separator).next().unwrap_or_default();
    let reason = if bytes.is_empty() {
        "it is empty"
    } else if given == Path::new(":memory:") {
        "for a store in memory, write `SqliteStore::in_memory()`"
    } else if bytes.starts_with(b"file:") {
        "it looks like an URI; give a plain path, and write `./` before it if the file is called so"
    } else if bytes.contains(&0) {
        "it has a byte 0 in it"
    } else if fs::metadata(given).is_ok_and(|found| found.is_dir()) {
        "it is a folder; give the path of a file in it"
    } else if matches!(last, b"" | b"." | b"..") {
        "it ends as that of a folder; give the path of a file, without a separator at its end"
    } else {
        return path::absolute(given).map_err(|error| io_error(given.to_owned(), error));
    };
    Err(OpenError::NotAFile { path: given.to_owned(), reason })
}

/// The path of the file itself, also if that is still to be made.
fn resolve(path: PathBuf) -> Result<PathBuf, OpenError> {
    let mut link = path.clone();
    for _ in 0..LINKS {
        match fs::canonicalize(&link) {
            Ok(real) => return Ok(real),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(io_error(link, error)),
        }
        // Nothing is where it leads to, or it leads there through other links.
        let folder = link.parent().map(Path::to_owned).unwrap_or_default();
        let missing = |path: &Path| OpenError::MissingFolder { path: path.to_owned(), folder: folder.clone() };
        let real_folder = match fs::canonicalize(&folder) {
            Ok(folder) => folder,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(missing(&path)),
            Err(error) => return Err(io_error(link, error)),
        };
        match fs::read_link(&link) {
            Ok(target) => link = real_folder.join(target),
            Err(_) => return link.file_name().map(|name| real_folder.join(name)).ok_or_else(|| missing(&path)),
        }
    }
    Err(OpenError::LinkLoop { path })
}

#[cfg(unix)]
fn check_length(path: &Path) -> Result<(), OpenError> {
    let name = path.file_name().unwrap_or_default();
    if path.as_os_str().len() > LONGEST || name.len() > LONGEST_NAME {
        return Err(too_long(path.to_owned()));
    }
    Ok(())
}

#[cfg(not(unix))]
fn check_length(_: &Path) -> Result<(), OpenError> {
    Ok(())
}

#[cfg(unix)]
fn names(found: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::nlink(found)
}

#[cfg(not(unix))]
fn names(_: &Metadata) -> u64 {
    1
}
