//! Who writes to a generation.
//!
//! The writer has a token of its own in the file, by which each of its commits is fenced, and holds a lock file as long as it lives. One who waits watches
//! the beat that the writer raises with each commit, and while it has none several times in the time of its lease: one that stands still for that time is
//! that of a writer which was stopped.

use std::path::PathBuf;
use std::time::Duration;

use uuid::Uuid;

use crate::lease::{BEATS, HeldLease, Silence};
use crate::store::sqlite::companion::{LockFile, LockState, lock_file};

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

/// The writer that is seen in a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Writer {
    pub(super) held: HeldLease,
    /// Whether it has a lock file.
    pub(super) is_locked: bool,
}

impl Lease {
    pub(super) fn new(path: PathBuf, time: Duration) -> Self {
        Self { time, path, token: Uuid::new_v4(), lock: None, silence: None }
    }

    /// Whether the writer that is seen in the file, if there is one, has ended, or has stood still for the time of its lease.
    pub(super) fn may_claim(&mut self, writer: Option<Writer>) -> bool {
        let Some(Writer { held, is_locked }) = writer.filter(|writer| writer.held.token != self.token) else {
            return true;
        };
        let is_gone = match LockState::of(&self.path, held.token) {
            LockState::Locked => false,
            LockState::Unlocked => true,
            // As after a loss of power. Should it live, it is fenced, and waits as others do.
            LockState::Missing => is_locked,
        };
        if is_gone {
            return true;
        }
        let silence = Silence::after(self.silence.take(), held, held.lease / BEATS);
        let has_ended = silence.ended().is_some();
        self.silence = Some(silence);
        has_ended
    }

    /// Locks the file of this writer, before its token is in the database, and says whether it is locked. Where none can be made, only silence tells that it
    /// has ended.
    pub(super) fn lock(&mut self) -> bool {
        if self.lock.is_none() {
            self.lock = LockFile::new(&self.path, self.token).ok().flatten();
        }
        self.lock.is_some()
    }

    /// Takes note that this is the writer, after another.
    pub(super) fn claimed(&mut self, before: Option<Writer>) {
        self.silence = None;
        if let Some(lock) = &mut self.lock {
            lock.keep(true);
        }
        if let Some(before) = before.filter(|before| before.held.token != self.token) {
            lock_file::remove(&self.path, before.held.token);
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
