//! The threads that all stores of the process share, how calls wait for them, and how answers come back.
//!
//! | file | is responsible for |
//! |---|---|
//! | `pool`, `lane` | threads by kind of work, started on demand, stopped when idle |
//! | `gate` | how much of that work one store has in the lanes, in order |
//! | `calls` | which calls of a store have begun, so that it is closed after them |
//! | `answer`, `mailbox` | the answer of a thread to a future; the place for one value that it waits at, as the queue of commits does |
//! | `poller`, `timer` | polling for other processes' commits |
//! | `bell`; `no_bell` where it is not Linux | how one process wakes another |
//! | `visiting`, `pool_thread` | which calls would wait for themselves |

pub(crate) mod answer;
#[cfg_attr(not(target_os = "linux"), path = "threads/no_bell.rs")]
pub(crate) mod bell;
pub(crate) mod calls;
pub(crate) mod gate;
pub(crate) mod lane;
pub(crate) mod mailbox;
pub(crate) mod poller;
pub(crate) mod pool;
pub(crate) mod pool_thread;
pub(crate) mod sync;
#[cfg(test)]
mod tests;
pub(crate) mod timer;
pub(crate) mod visiting;

use std::time::Duration;

/// How long a thread, a connection or a socket is kept that no call uses.
pub(crate) const IDLE: Duration = Duration::from_secs(1);
