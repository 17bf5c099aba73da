//! Where the `events.lock` of a crate is. The other crate has this file by a symbolic link.

use std::fs;
use std::path::{Path, PathBuf};

pub(crate) const FILE: &str = "events.lock";

/// The lock in the nearest of these folders: that of the crate, and those above it up to the root of its workspace, or else of its
/// repository. A crate that is in neither has its own folder alone.
pub(crate) fn nearest(crate_folder: &Path) -> Option<PathBuf> {
    let root = root(crate_folder).unwrap_or(crate_folder);
    let folders = crate_folder.ancestors().take_while(|folder| folder.starts_with(root));
    folders.map(|folder| folder.join(FILE)).find(|lock| lock.exists())
}

/// The root of the workspace, or else of the repository.
pub(crate) fn root(crate_folder: &Path) -> Option<&Path> {
    let find = |is_root: fn(&Path) -> bool| crate_folder.ancestors().find(|folder| is_root(folder));
    find(is_workspace).or_else(|| find(is_repository))
}

/// Whether the package in this folder has this name, or gives it to a library or a program.
pub(crate) fn declares(folder: &Path, krate: &str) -> bool {
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
    let names = manifest.lines().filter_map(|line| line.trim().strip_prefix("name")?.trim_start().strip_prefix('='));
    names.map(|name| name.trim().trim_matches(['"', '\''])).any(|name| name.replace('-', "_") == krate)
}

fn is_workspace(folder: &Path) -> bool {
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
    manifest.lines().any(|line| line.trim_start().starts_with("[workspace"))
}

fn is_repository(folder: &Path) -> bool {
    [".git", ".hg", ".jj", ".svn"].iter().any(|name| folder.join(name).exists())
}
