//! Locks that this process has read: a build has one for all of its macros.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;
use std::{fs, io};

use super::text::Lock;

static CACHE: Mutex<Vec<Cached>> = Mutex::new(Vec::new());

struct Cached {
    path: PathBuf,
    /// An editor's process lives on while the file changes.
    stamp: Stamp,
    lock: Arc<Lock>,
}

type Stamp = (Option<SystemTime>, u64);

/// The lock in this file. One that cannot be read is empty, and the first who asks for it gets the reason.
pub(super) fn read(path: &Path) -> (Arc<Lock>, Option<String>) {
    let stamp = stamp(path).unwrap_or_default();
    let mut cache = CACHE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(cached) = cache.iter().find(|cached| cached.path == path && cached.stamp == stamp) {
        return (Arc::clone(&cached.lock), None);
    }
    let (lock, unreadable) = match parse(path) {
        Ok(lock) => (Arc::new(lock), None),
        Err(unreadable) => (Arc::default(), Some(unreadable)),
    };
    cache.retain(|cached| cached.path != path);
    cache.push(Cached { path: path.to_owned(), stamp, lock: Arc::clone(&lock) });
    (lock, unreadable)
}

fn stamp(path: &Path) -> io::Result<Stamp> {
    let metadata = fs::metadata(path)?;
    Ok((metadata.modified().ok(), metadata.len()))
}

fn parse(path: &Path) -> Result<Lock, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("events.lock cannot be read: {error}"))?;
    Lock::parse(&text).map_err(|unreadable| unreadable.to_string())
}
