//! Waiting for the locks of others.

use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;

/// Has a connection wait so long for the locks of others. SQLite's own way to wait sleeps for up to 100 ms at a time, in which the file is
/// free and taken again many times.
pub(crate) fn wait_for_others(conn: &mut Connection, deadline: Duration) -> rusqlite::Result<()> {
    let mut since = Instant::now();
    let wait = move |tries| {
        if tries == 0 {
            since = Instant::now();
        }
        thread::sleep(pause());
        since.elapsed() < deadline
    };
    conn.busy_handler(Some(wait))
}

/// Does some work that waits for others no longer than `most`; after it, the connection waits as long as is `usual`.
pub(crate) fn waiting_at_most<T>(
    conn: &mut Connection,
    most: Duration,
    usual: Duration,
    work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    wait_for_others(conn, most)?;
    let done = work(conn);
    wait_for_others(conn, usual)?;
    done
}

/// A pause between two tries to get a lock.
pub(crate) fn pause() -> Duration {
    Duration::from_micros(fastrand::u64(50..250))
}
