//! The threads of all stores of the process.
//!
//! Work is divided by what it waits for, so that short reads do not stand behind long ones, nor reads behind syncs.

use std::sync::{Arc, LazyLock};
use std::thread;

use crate::store::sqlite::threads::lane::Lane;

/// A lane for each kind of work.
#[derive(Debug)]
pub(crate) struct Pool {
    /// Commits and snapshots. Their threads wait for the disk and for other processes.
    pub(crate) write: Arc<Lane>,
    /// Heads, snapshots and pages of a stream.
    pub(crate) short: Arc<Lane>,
    /// Pages of the log.
    pub(crate) long: Arc<Lane>,
}

static POOL: LazyLock<Pool> = LazyLock::new(|| {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    Pool {
        // Many, because they wait for the disk. One that waits for another process does not count.
        write: Lane::new("eventsourcing-write", 64),
        short: Lane::new("eventsourcing-short", short_reads()),
        long: Lane::new("eventsourcing-long", cores.clamp(2, 8)),
    }
});

/// How many short reads are done at once by threads of the pool.
pub(crate) fn short_reads() -> usize {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    (2 * cores).clamp(4, 16)
}

/// The pool of this process. It has no thread before work is sent.
pub(crate) fn pool() -> &'static Pool {
    &POOL
}
