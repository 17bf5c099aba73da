//! Files that the store makes itself: those beside a database, and copies of it.
//!
//! Each takes the mode and, where the process may give files away, the owner of the database that it belongs to, whatever the umask is, as the
//! files do that SQLite makes: a user without access to the database gets none to its side files, and cannot block it by locking one.
//! None is opened through a symlink that stands in its place.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::path::Path;

use crate::store::sqlite::os::descriptors;

/// Opens a file beside a database for reading and writing, and makes it if there is none.
pub(crate) fn open_beside(database: &Path, path: &Path) -> io::Result<File> {
    let like = fs::metadata(database)?;
    loop {
        match make(path, Some(&like)) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            made => return made,
        }
        match options().open(path) {
            // It was removed between the two calls.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
            Ok(file) => {
                let found = file.metadata()?;
                if !found.is_file() {
                    return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"));
                }
                // An earlier release may have made it, for everybody to read.
                take_after(&file, &found, &like);
                return Ok(file);
            }
        }
    }
}

/// Makes a file where there is none: like a database, or with the mode that the process gives its files.
pub(crate) fn make(path: &Path, like: Option<&Metadata>) -> io::Result<File> {
    let mut options = options();
    options.create_new(true);
    if let Some(like) = like {
        set_mode(&mut options, like);
    }
    let file = options.open(path)?;
    if let Some(like) = like {
        take_after(&file, &file.metadata()?, like);
    }
    Ok(file)
}

/// Makes the name of a file as lasting as what is in it. Where folders cannot be opened or synced, the system does it by itself.
pub(crate) fn sync_folder(of: &Path) -> io::Result<()> {
    let Some(Ok(folder)) = of.parent().map(descriptors::open_folder) else { return Ok(()) };
    match folder.sync_all() {
        Err(error) if !matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

#[cfg(unix)]
fn options() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;

    let mut options = OpenOptions::new();
    options.read(true).write(true).custom_flags(libc::O_NOFOLLOW);
    options
}

#[cfg(unix)]
fn set_mode(options: &mut OpenOptions, like: &Metadata) {
    use std::os::unix::fs::OpenOptionsExt;

    options.mode(mode(like));
}

/// The mode of a file like another. Its owner can always write to it: the copy of a store that was made read-only is a store.
#[cfg(unix)]
fn mode(like: &Metadata) -> u32 {
    std::os::unix::fs::MetadataExt::mode(like) & 0o777 | 0o600
}

/// Gives a file the owner and the mode of another. Where the process may not, or the file system knows no modes, the file is used as it is.
#[cfg(unix)]
fn take_after(file: &File, found: &Metadata, like: &Metadata) {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};

    let (user, group, mode) = (like.uid(), like.gid(), mode(like));
    if (found.uid(), found.gid()) != (user, group) && fchown(file, Some(user), Some(group)).is_err() {
        // Everybody may give a file to a group of their own.
        let _ = fchown(file, None, Some(group));
    }
    if found.mode() & 0o777 != mode {
        let _ = file.set_permissions(fs::Permissions::from_mode(mode));
    }
}

#[cfg(not(unix))]
fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    options
}

#[cfg(not(unix))]
fn set_mode(_: &mut OpenOptions, _: &Metadata) {}

#[cfg(not(unix))]
fn take_after(_: &File, _: &Metadata, _: &Metadata) {}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().mode() & 0o777
    }

    #[test]
    fn a_file_beside_a_database_takes_its_mode_whatever_the_umask_is() {
        let folder = tempfile::tempdir().unwrap();
        let (database, beside) = (folder.path().join("store.db"), folder.path().join("store.db-head"));
        fs::write(&database, b"").unwrap();
        for wanted in [0o600, 0o666, 0o640] {
            fs::set_permissions(&database, fs::Permissions::from_mode(wanted)).unwrap();
            open_beside(&database, &beside).unwrap();
            assert_eq!(mode(&beside), wanted, "one that an earlier release made, too");
            fs::remove_file(&beside).unwrap();
            open_beside(&database, &beside).unwrap();
            assert_eq!(mode(&beside), wanted);
        }
    }

    #[test]
    fn a_file_beside_a_database_takes_its_owner_where_the_process_may_give_it_away() {
        let folder = tempfile::tempdir().unwrap();
        let (database, beside) = (folder.path().join("store.db"), folder.path().join("store.db-turn"));
        fs::write(&database, b"").unwrap();
        // Only root may; for anybody else the owner is the same already.
        let _ = chown(&database, Some(65534), Some(65534));
        let expected = fs::metadata(&database).unwrap();
        open_beside(&database, &beside).unwrap();
        let made = fs::metadata(&beside).unwrap();
        assert_eq!((made.uid(), made.gid()), (expected.uid(), expected.gid()));
    }

    #[test]
    fn no_file_is_opened_or_made_through_a_symlink() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("store.db"), b"").unwrap();
        fs::write(path("secret"), b"secret").unwrap();
        for target in ["secret", "none"] {
            symlink(path(target), path("store.db-head")).unwrap();
            assert!(open_beside(&path("store.db"), &path("store.db-head")).is_err());
            assert!(make(&path("store.db-head"), None).is_err());
            fs::remove_file(path("store.db-head")).unwrap();
        }
        assert!(!path("none").exists());
        fs::create_dir(path("store.db-head")).unwrap();
        assert!(open_beside(&path("store.db"), &path("store.db-head")).is_err());
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_folder_that_cannot_be_synced_is_no_error() {
        assert!(File::open("/proc/self").unwrap().sync_all().is_err());
        sync_folder(Path::new("/proc/self/status")).unwrap();
    }
}
