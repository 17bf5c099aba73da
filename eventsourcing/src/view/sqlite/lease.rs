//! Who writes to a generation.
//!
//! The writer has a token of its own in the file, by which each of its commits is fenced, and holds a lock file as long as it lives. One who waits watches
//! the beat that the writer raises with each commit, and while it has none several times in the time of its lease: one that stands still for that time is
//! that of a writer which was stopped.

use std::path::PathBuf;
use std::time::Duration;

use uuid::Uuid;

use crate::store::lease::{BEATS, HeldLease, Silence};
use crate::store::sqlite::companion::{LockFile, lock_file};

/// What a writer, or one who waits to be it, knows of the others.
#[derive(Debug)]
pub(super) struct Lease {
    /// How long it may stand still.
    pub(super) time: Duration,
    /// The file that it writes to.
    path: PathBuf,
    /// That of this writer.
    pub(super) token: Uuid,
    lock: Option<LockFile>,
    silence: Option<Silence>,
}

impl Lease {
    pub(super) fn new(path: PathBuf, time: Duration) -> Self {
        Self { time, path, token: Uuid::new_v4(), lock: None, silence: None }
    }

    /// Whether the lease that is seen in the file, if there is one, has ended: its holder's process has, or has stood still for the time of it.
    pub(super) fn may_claim(&mut self, seen: Option<HeldLease>) -> bool {
        let Some(seen) = seen.filter(|seen| seen.token != self.token) else { return true };
        if lock_file::has_ended(&self.path, seen.token) {
            return true;
        }
        let silence = Silence::after(self.silence.take(), seen, seen.lease / BEATS);
        let has_ended = silence.ended().is_some();
        self.silence = Some(silence);
        has_ended
    }

    /// Locks the file of this writer, before its token is in the database. Where none can be made, only silence tells that it has ended.
    pub(super) fn lock(&mut self) {
        if self.lock.is_none() {
            self.lock = LockFile::new(&self.path, self.token).ok().flatten();
        }
    }

    /// Takes note that this is the writer, after another.
    pub(super) fn claimed(&mut self, before: Option<HeldLease>) {
        self.silence = None;
        if let Some(lock) = &mut self.lock {
            lock.keep(true);
        }
        if let Some(before) = before.filter(|before| before.token != self.token) {
            lock_file::remove(&self.path, before.token);
        }
    }

    /// Takes note that its token is in the database no longer.
    pub(super) fn ended(&mut self) {
        if let Some(mut lock) = self.lock.take() {
            lock.keep(false);
        }
        self.token = Uuid::new_v4();
    }
}
