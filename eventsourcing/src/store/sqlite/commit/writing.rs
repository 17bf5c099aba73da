//! The connection for writing, from one fault to the next.
//!
//! | state | what happens | next state |
//! |---|---|---|
//! | `Open` | a commit is stored, conflicts, or fails in a way that leaves the connection sound | `Open` |
//! | `Open` | it fails before `COMMIT`, and the connection may not be sound, or cannot be rolled back | `GivenUp` |
//! | `Open` | `COMMIT` fails, and may have been carried out | `InDoubt` |
//! | `Open` | a transaction panics | `InDoubt` |
//! | `GivenUp` | the file is opened again, and its log has come as far | `Open` |
//! | `InDoubt` | the same, and what is in the file is made certain | `Open` |
//! | any | the store is closed | `Closed` |
//!
//! `GivenUp` and `InDoubt` last until the next use; when opening the file again fails, they stay.

use std::mem;
use std::sync::Arc;

use crate::error::{OpenError, StoreError};
use crate::store::sqlite::commit::settle::{Outcomes, adopt_again};
use crate::store::sqlite::connection::busy::set_deadline;
use crate::store::sqlite::connection::identity::Identity;
use crate::store::sqlite::connection::tail::Tail;
use crate::store::sqlite::connection::writer::Writer;
use crate::store::sqlite::error::{CommitFailure, Origin};
use crate::store::sqlite::file::open::reopen_file;
use crate::store::sqlite::format::head::{self, Head};
use crate::store::sqlite::settings::Settings;

/// The connection for writing.
#[derive(Debug)]
pub(crate) struct Writing {
    state: State,
    identity: Option<Arc<Identity>>,
}

#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one of it in a store")]
enum State {
    Open(Writer),
    /// SQLite and the system may believe different things about the file.
    GivenUp {
        head: Head,
    },
    /// The same, and the outcome of a commit is not known.
    InDoubt {
        head: Head,
    },
    Closed,
}

impl Writing {
    pub(crate) fn new(writer: Writer) -> Self {
        let identity = writer.side_files.as_ref().map(|files| Arc::clone(&files.identity));
        Self { state: State::Open(writer), identity }
    }

    /// The connection, if it is open.
    pub(crate) const fn open(&mut self) -> Option<&mut Writer> {
        match &mut self.state {
            State::Open(writer) => Some(writer),
            State::GivenUp { .. } | State::InDoubt { .. } | State::Closed => None,
        }
    }

    /// The connection, opened again if it was given up, with what is in the file made certain.
    pub(crate) fn ready(&mut self, origin: &Origin, settings: &Settings) -> Result<&mut Writer, StoreError> {
        set_deadline(settings.busy_deadline);
        if let State::GivenUp { head } | State::InDoubt { head } = self.state {
            let outcomes = if self.is_in_doubt() { Outcomes::InDoubt } else { Outcomes::Known };
            let writer = reopen(origin, settings, head, self.identity.as_ref(), outcomes)?;
            self.state = State::Open(writer);
        }
        match &mut self.state {
            State::Open(writer) => Ok(writer),
            State::GivenUp { .. } | State::InDoubt { .. } | State::Closed => Err(origin.closed()),
        }
    }

    /// Changes state after a failure.
    pub(crate) fn failed(&mut self, failure: &CommitFailure, origin: &Origin) {
        let State::Open(writer) = &self.state else { return };
        let is_sound = failure.leaves_connection_sound() && writer.reader.conn.is_autocommit();
        // A store in memory has no other connection to go on with.
        if is_sound || matches!(origin, Origin::Memory) {
            return;
        }
        let head = writer.tail.head();
        self.state = if failure.may_be_stored() { State::InDoubt { head } } else { State::GivenUp { head } };
    }

    /// Where the log ends, as far as the connection knows; to be asked between transactions.
    pub(crate) const fn head(&self) -> Option<Head> {
        match &self.state {
            State::Open(writer) => Some(writer.tail.head()),
            State::GivenUp { head } | State::InDoubt { head } => Some(*head),
            State::Closed => None,
        }
    }

    /// Changes state after a panic in a transaction, before which the log ended there.
    pub(crate) fn panicked(&mut self, head: Head, origin: &Origin) {
        match (&mut self.state, origin) {
            // The next transaction rolls back the one that is left.
            (State::Open(writer), Origin::Memory) => writer.tail = Tail::Guessed(head),
            (State::Open(_) | State::GivenUp { .. }, _) => self.state = State::InDoubt { head },
            (State::InDoubt { .. } | State::Closed, _) => {}
        }
    }

    /// Gives the connection up after an error of reading that may have left it unsound.
    pub(crate) fn give_up(&mut self) {
        if let State::Open(writer) = &self.state {
            self.state = State::GivenUp { head: writer.tail.head() };
        }
    }

    /// Whether the file must be opened again before it is used.
    pub(crate) const fn is_given_up(&self) -> bool {
        matches!(self.state, State::GivenUp { .. } | State::InDoubt { .. })
    }

    /// Whether the outcome of a commit is not known until it is.
    pub(crate) const fn is_in_doubt(&self) -> bool {
        matches!(self.state, State::InDoubt { .. })
    }

    /// Ends writing for good, and gives the connection.
    pub(crate) fn close(&mut self) -> Option<Writer> {
        match mem::replace(&mut self.state, State::Closed) {
            State::Open(writer) => Some(writer),
            State::GivenUp { .. } | State::InDoubt { .. } | State::Closed => None,
        }
    }
}

fn reopen(
    origin: &Origin,
    settings: &Settings,
    head: Head,
    identity: Option<&Arc<Identity>>,
    outcomes: Outcomes,
) -> Result<Writer, StoreError> {
    // A store in memory has neither.
    let (Origin::File(path), Some(identity)) = (origin, identity) else { return Err(origin.closed()) };
    identity.check_process()?;
    let conn = reopen_file(path, settings).map_err(OpenError::into_store)?;
    let head = head::find(&conn, head).map_err(|mismatch| origin.mismatch(mismatch))?;
    let mut writer = Writer::new(conn, head);
    adopt_again(&mut writer, path, settings, identity, outcomes).map_err(OpenError::into_store)?;
    Ok(writer)
}
