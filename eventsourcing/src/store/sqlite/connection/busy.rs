//! Waiting for locks that other processes hold.
//!
//! The busy handler of the oldest rusqlite that is supported is a plain function and holds nothing. SQLite calls it on the thread that uses the
//! connection, so each thread keeps how long its calls wait, and sets that whenever it takes a connection of a store.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::store::sqlite::settings::BUSY_DEADLINE;

thread_local! {
    /// How long a call waits.
    static DEADLINE: Cell<Duration> = const { Cell::new(BUSY_DEADLINE) };
    /// When the last call that waited began to.
    static SINCE: Cell<Option<Instant>> = const { Cell::new(None) };
    /// Is called when this thread begins to wait for another process.
    static LISTENER: RefCell<Option<Rc<dyn Fn()>>> = const { RefCell::new(None) };
}

/// Sets what is called whenever this thread begins to wait for another process.
pub(crate) fn on_wait(listener: impl Fn() + 'static) {
    LISTENER.set(Some(Rc::new(listener)));
}

/// To be called when this thread begins to wait for another process.
pub(crate) fn begins_to_wait() {
    let listener = LISTENER.with_borrow(Clone::clone);
    if let Some(listener) = listener {
        listener();
    }
}

/// Makes a connection wait for locks that others hold, on this thread until a deadline. SQLite's own busy timeout sleeps for up to 100 ms at a
/// time, in which the file is unlocked and locked again many times.
pub(crate) fn wait_for_others(conn: &mut Connection, deadline: Duration) -> rusqlite::Result<()> {
    set_deadline(deadline);
    conn.busy_handler(Some(wait as fn(i32) -> bool))
}

/// Sets how long the calls of this thread wait for others, until it is set again.
pub(crate) fn set_deadline(deadline: Duration) {
    DEADLINE.set(deadline);
}

/// The busy handler; the first of its calls for one lock has a zero.
fn wait(tries: i32) -> bool {
    if tries == 0 {
        begins_to_wait();
    }
    let since = SINCE.get().filter(|_| tries > 0).unwrap_or_else(Instant::now);
    SINCE.set(Some(since));
    thread::sleep(pause());
    since.elapsed() < DEADLINE.get()
}

/// Does some work that waits for others no longer than `most`; after it, the thread waits as long as is `usual`.
pub(crate) fn waiting_at_most<T>(
    conn: &Connection,
    most: Duration,
    usual: Duration,
    work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    set_deadline(most);
    let done = work(conn);
    set_deadline(usual);
    done
}

/// A pause between two tries to get a lock.
pub(crate) fn pause() -> Duration {
    Duration::from_micros(fastrand::u64(50..250))
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use uuid::Uuid;

    use super::*;
    use crate::store::sqlite::SqliteStore;
    use crate::store::sqlite::error::meaning::is_busy;
    use crate::store::{Commit, LogRead, StoredEvent, StreamRead};
    use crate::stream::StreamId;

    fn stream() -> StreamId {
        StreamId::new("Account", Uuid::nil())
    }

    fn check_deadlines(store: &SqliteStore, deadline: Duration) {
        let mut seen = Vec::new();
        let visit = &mut |_: StoredEvent<'_>| {
            seen.push(DEADLINE.get());
            ControlFlow::Continue(())
        };
        store.blocking().read_stream(StreamRead::new(stream()), visit).unwrap();
        set_deadline(Duration::ZERO);
        store.blocking().read_log(LogRead::after(0), visit).unwrap();
        set_deadline(Duration::ZERO);
        let engine = &store.shared.engine;
        engine.committer.with_lead(|writing| assert!(writing.ready(&engine.origin, &engine.settings).is_ok()));
        seen.push(DEADLINE.get());
        assert_eq!(seen, [deadline; 3], "of a stream, the log and a commit");
    }

    #[test]
    fn a_store_waits_by_its_own_deadline_on_each_thread() {
        let folder = tempfile::tempdir().unwrap();
        let stores = [1, 2].map(|seconds| {
            let deadline = Duration::from_secs(seconds);
            let path = folder.path().join(format!("{seconds}.db"));
            let store = SqliteStore::builder().busy_deadline(deadline).open(path).unwrap();
            let mut commit = Commit::new();
            commit.append(stream(), 0).unwrap().event("Opened", 1, b"{}").unwrap();
            store.blocking().commit(commit).unwrap();
            (store, deadline)
        });
        // The second time, nothing is opened any more.
        for (store, deadline) in stores.iter().chain(&stores) {
            check_deadlines(store, *deadline);
        }
        thread::scope(|scope| {
            for (store, deadline) in &stores {
                scope.spawn(move || check_deadlines(store, *deadline));
            }
        });
    }

    #[test]
    fn each_lock_is_waited_for_until_the_deadline() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file.db");
        let (deadline, holder) = (Duration::from_millis(100), Connection::open(&path).unwrap());
        holder.execute_batch("BEGIN IMMEDIATE").unwrap();
        let mut conn = Connection::open(&path).unwrap();
        wait_for_others(&mut conn, deadline).unwrap();
        for _ in 0..2 {
            let since = Instant::now();
            assert!(conn.execute_batch("BEGIN IMMEDIATE").is_err_and(|error| is_busy(&error)));
            assert!(since.elapsed() >= deadline);
        }
    }
}
