//! The way in which the files are read by a store that may not write, and a connection that reads so.

use std::time::Duration;

use rusqlite::Connection;

use crate::error::OpenError;
use crate::store::sqlite::connection::busy::wait_for_others;
use crate::store::sqlite::connection::sharing::{Share, Use};
use crate::store::sqlite::error::open_error;
use crate::store::sqlite::file::connect;
use crate::store::sqlite::file::content::{Content, Examined, Purpose, examine_by, read_content};
use crate::store::sqlite::file::path::DatabasePath;
use crate::store::sqlite::file::surroundings::Surroundings;

/// How the files are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// With SQLite's locks.
    Locks,
    /// The database file alone, without locks.
    FileAlone,
    /// With the WAL, without locks.
    WalWithoutLocks,
}

impl Way {
    pub(super) fn of(around: &Surroundings) -> Self {
        match around {
            around if around.may_be_in_use() => Self::Locks,
            around if around.has_wal() => Self::WalWithoutLocks,
            _ => Self::FileAlone,
        }
    }
}

/// What keeps the WAL from being removed while a connection is opened that would make it again.
pub(super) struct Held {
    pub(super) share: Option<Share>,
    _lock: Option<Connection>,
}

impl Held {
    /// None if the files are not what they were.
    pub(super) fn take(
        path: &DatabasePath,
        way: Way,
        around: &Surroundings,
        deadline: Duration,
    ) -> Result<Option<Self>, OpenError> {
        let how = match way {
            Way::Locks => Use::Reading,
            Way::WalWithoutLocks => Use::Unlocked,
            // The WAL is not opened.
            Way::FileAlone => return Ok(Some(Self { share: None, _lock: None })),
        };
        let share = Share::begin(path, how, deadline);
        let share = share.ok_or_else(|| OpenError::in_use(path, "another store of this process has it open"))?;
        let lock = connect::hold(path)?;
        // Others of this process may have the lock, beside which there is no other.
        let is_held = lock.is_some() || share.has_company();
        let is_same = is_held && around.has_same_names(&Surroundings::read(path));
        Ok(is_same.then_some(Self { share: Some(share), _lock: lock }))
    }
}

/// Opens a connection, and finds out what it sees.
pub(super) fn connect(
    path: &DatabasePath,
    way: Way,
    around: &Surroundings,
    share: Option<&Share>,
    deadline: Duration,
) -> Result<(Connection, Content), OpenError> {
    let has_writer = share.is_some_and(|share| share.how() == Use::ReadingBesideWriter);
    let with_locks = || {
        let mut conn = connect::open_to_read(path, has_writer)?;
        wait_for_others(&mut conn, deadline).map_err(|error| open_error(path, error))?;
        Ok(conn)
    };
    if way == Way::Locks && !around.has_wal() {
        // There is nothing in the WAL yet that could be another file's.
        let conn = with_locks()?;
        let content = read_content(&conn, path)?;
        return Ok((conn, content));
    }
    let with_wal = || if way == Way::Locks { with_locks() } else { connect::open_unlocked(path) };
    let Examined { conn, content, is_wal_foreign } = examine_by(path, around, Purpose::Open, with_wal)?;
    if is_wal_foreign {
        return Err(OpenError::ForeignWal { path: path.to_path_buf() });
    }
    Ok((conn, content))
}
