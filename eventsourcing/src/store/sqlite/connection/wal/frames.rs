//! How many frames the WAL has, as SQLite says after each commit.
//!
//! What SQLite calls cannot keep anything but in a variable of the thread: up to rusqlite 0.40 it is a function pointer.

use std::cell::Cell;
use std::ffi::c_int;

use rusqlite::Connection;
use rusqlite::hooks::Wal;

thread_local! {
    static FRAMES: Cell<u32> = const { Cell::new(0) };
}

/// Makes a connection note the frames after each of its commits, and no longer take the WAL into the file by itself.
pub(crate) fn note(conn: &mut Connection) {
    set_by(Connection::wal_hook, conn);
}

/// The frames after the last commit on this thread; 0 if there was none since it was last asked.
pub(crate) fn take() -> u32 {
    FRAMES.take()
}

#[expect(clippy::unnecessary_wraps, reason = "SQLite calls what may fail")]
fn keep(frames: c_int) -> rusqlite::Result<()> {
    FRAMES.set(u32::try_from(frames).unwrap_or(0));
    Ok(())
}

/// `Connection::wal_hook`, which is not the same function in all releases of rusqlite that this crate allows.
trait SetHook<Signature> {
    fn set(self, conn: &mut Connection);
}

/// Up to 0.40.
type SharedHook = fn(&Wal, c_int) -> rusqlite::Result<()>;

/// From 0.41 on. Setting it fails only when memory is exhausted.
type Exclusive = fn(&mut Wal, c_int) -> rusqlite::Result<()>;

impl<T: Fn(&Connection, Option<SharedHook>) -> R, R> SetHook<(SharedHook, R)> for T {
    fn set(self, conn: &mut Connection) {
        self(conn, Some(|_, frames| keep(frames)));
    }
}

impl<T: Fn(&mut Connection, Option<Exclusive>) -> R, R> SetHook<(Exclusive, R)> for T {
    fn set(self, conn: &mut Connection) {
        self(conn, Some(|_, frames| keep(frames)));
    }
}

fn set_by<Signature>(hook: impl SetHook<Signature>, conn: &mut Connection) {
    hook.set(conn);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frames_are_known_after_a_commit() {
        let folder = tempfile::tempdir().unwrap();
        let mut conn = Connection::open(folder.path().join("store.db")).unwrap();
        conn.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE t (a)").unwrap();
        note(&mut conn);
        assert_eq!(take(), 0);
        conn.execute_batch("INSERT INTO t VALUES (1)").unwrap();
        let before = take();
        assert!(before > 0 && take() == 0, "{before}");
        conn.execute_batch("INSERT INTO t VALUES (2)").unwrap();
        assert_eq!(take(), before + 1);
    }
}
