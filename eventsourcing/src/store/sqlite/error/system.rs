//! Errors of the system about a path, as errors of opening it.

use std::io;
use std::path::{Component, Path, PathBuf};

use crate::error::{OpenError, StoreError, StoreErrorKind};

/// The most bytes of a path that SQLite takes on Unix: 512, less its longest suffix, `-journal`. None of ours is longer.
pub(crate) const LONGEST: usize = 504;

/// The most bytes of a file's name that systems take: 255, less the same.
pub(crate) const LONGEST_NAME: usize = 247;

pub(crate) fn too_long(path: PathBuf) -> OpenError {
    OpenError::PathTooLong { path, longest: LONGEST, longest_name: LONGEST_NAME }
}

/// The error of a system call on this path, or on what leads to it.
#[expect(clippy::wildcard_enum_match_arm, reason = "the system has many, and may have more")]
pub(crate) fn io_error(path: PathBuf, error: io::Error) -> OpenError {
    if is_one_of(&error, codes::LOOP) {
        return OpenError::LinkLoop { path };
    }
    if is_one_of(&error, codes::TOO_LONG) {
        return too_long(path);
    }
    if is_one_of(&error, codes::TOO_MANY) {
        return OpenError::TooManyFiles { path, source: error.into() };
    }
    match error.kind() {
        io::ErrorKind::NotADirectory => {
            let folder = first_that_is_none(&path);
            OpenError::MissingFolder { path, folder }
        }
        io::ErrorKind::PermissionDenied => OpenError::NotAllowed { path, source: error.into() },
        io::ErrorKind::ReadOnlyFilesystem => OpenError::ReadOnly { path },
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            let message =
                format!("cannot write to `{}`: there is no space left: make space and try again", path.display());
            StoreError::new(StoreErrorKind::Full, message).caused_by(error).into()
        }
        _ => {
            let message = format!("cannot open `{}`: the system or the disk failed; try again", path.display());
            StoreError::new(StoreErrorKind::Unavailable, message).caused_by(error).into()
        }
    }
}

/// The first part of a path to a file that is not a folder.
fn first_that_is_none(path: &Path) -> PathBuf {
    let mut way = PathBuf::new();
    for part in path.components() {
        way.push(part);
        if !matches!(part, Component::Prefix(_) | Component::RootDir) && !way.is_dir() {
            break;
        }
    }
    way
}

fn is_one_of(error: &io::Error, codes: &[i32]) -> bool {
    error.raw_os_error().is_some_and(|code| codes.contains(&code))
}

#[cfg(unix)]
mod codes {
    pub(super) const LOOP: &[i32] = &[libc::ELOOP];
    pub(super) const TOO_LONG: &[i32] = &[libc::ENAMETOOLONG];
    pub(super) const TOO_MANY: &[i32] = &[libc::EMFILE, libc::ENFILE];
}

#[cfg(not(unix))]
mod codes {
    pub(super) const LOOP: &[i32] = &[];
    pub(super) const TOO_LONG: &[i32] = &[];
    pub(super) const TOO_MANY: &[i32] = &[];
}

/// The error of work for which no thread can be started, so that nothing of it was done.
pub(crate) fn no_thread(source: io::Error) -> StoreError {
    let message = "the store cannot start a thread; nothing was done: try again when the system has room";
    StoreError::new(StoreErrorKind::Unavailable, message).caused_by(source)
}
