//! Makes crates be compiled again that were compiled without a lock. Cargo compiles one again when a file changes that the compiler has read,
//! and cannot watch for one that does not exist yet.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::time::SystemTime;

use super::place;

/// How deep in a workspace packages are looked for.
const DEEP: usize = 6;

/// Marks the packages in this folder and below it as changed, if they use this crate: a lock is there now that was not.
pub(super) fn users_below(folder: &Path) {
    if folder.join("Cargo.toml").exists() || place::root(folder) == Some(folder) {
        mark(folder, DEEP);
    }
}

fn mark(folder: &Path, deep: usize) {
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
    if manifest.contains("eventsourcing") {
        for root in ["src/lib.rs", "src/main.rs"] {
            // One that is not there, or not this user's to change, is compiled again when it changes.
            let _not_marked = touch(&folder.join(root));
        }
    }
    let Some(deep) = deep.checked_sub(1) else { return };
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let (name, is_folder) = (entry.file_name(), entry.file_type().is_ok_and(|file| file.is_dir()));
        let is_hidden = name.to_string_lossy().starts_with('.');
        if is_folder && !is_hidden && name != "target" && name != "node_modules" {
            mark(&entry.path(), deep);
        }
    }
}

fn touch(file: &Path) -> io::Result<()> {
    File::options().write(true).open(file)?.set_modified(SystemTime::now())
}
