//! Errors of views.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;

use crate::error::{LoadError, ProcessError, ReadError, StoreError};
use crate::stream::Position;

/// Why a value cannot be kept in its column, or what a column holds is not the value.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct CellError {
    message: String,
}

impl CellError {
    /// One that says this: what the value is, and what the column takes.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }
}

/// Why a view could not be brought up to date, waited for or read. Its rows and its checkpoint are as they were.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum ViewError {
    /// No view of this type is among those that are kept: name it with `Views::with`.
    #[error(
        "`{view}` is not among the views that are kept here: add it by `.with::<..>()`, or `.with_sql::<..>()` if it is in SQL"
    )]
    #[non_exhaustive]
    Unknown {
        /// The name of the view.
        view: &'static str,
    },
    /// The view has stopped, and does not read on until its runner is started again.
    #[error("the view `{view}` has stopped")]
    #[non_exhaustive]
    Stopped {
        /// The name of the view.
        view: &'static str,
        /// Why.
        #[source]
        reason: Arc<StopReason>,
    },
    /// The view did not come so far in the time that was given.
    #[error("the view `{view}` has come to position {reached} in {waited:?}, and not to {asked}: it is still going on")]
    #[non_exhaustive]
    TimedOut {
        /// The name of the view.
        view: &'static str,
        /// The position that was asked for.
        asked: Position,
        /// The position that it has come to.
        reached: Position,
        /// How long it was waited for.
        waited: Duration,
    },
    /// Another runner keeps the view up to date now: this one has stood still for too long, and waits until the other ends.
    #[error("another runner keeps the view `{view}` up to date now")]
    #[non_exhaustive]
    Fenced {
        /// The name of the view.
        view: &'static str,
    },
    /// What is kept of a row cannot be read as the view's type.
    #[error("a row of the view `{view}` cannot be read")]
    #[non_exhaustive]
    Row {
        /// The name of the view.
        view: &'static str,
        /// Which column, and what it holds.
        source: CellError,
    },
    /// There are no rows of the view in the form that this program has: they are being made, or no runner was ever started.
    #[error("there are no rows of the view `{view}` in this form yet: {}", cure(*.is_being_built))]
    #[non_exhaustive]
    NotBuilt {
        /// The name of the view.
        view: &'static str,
        /// Whether the runner of this program sees to it, and shows them as soon as they are made: the same call succeeds then.
        is_being_built: bool,
    },
    /// What was built of the view is up to date, and waits to be shown: it has more rows parked than those that are shown, or swaps are held.
    #[error(
        "what was built of the view `{view}` waits to be shown, since swaps are held or it has more rows parked than what is shown: look at its \
         `status`, then call `swap`"
    )]
    #[non_exhaustive]
    NotShown {
        /// The name of the view.
        view: &'static str,
    },
    /// The rows that are shown and those that are built beside them have not come to the same position in the time that was given.
    #[error(
        "the rows of the view `{view}` that are shown are made up to position {shown}, and those that are built up to {built}: have a runner keep both up to date; what is built does not go beyond what is shown where `Views::hold_swaps` was called"
    )]
    #[non_exhaustive]
    Apart {
        /// The name of the view.
        view: &'static str,
        /// The position of the rows that are shown.
        shown: Position,
        /// The position of those that are built.
        built: Position,
    },
    /// The rows are made by a newer release of the program, which older code does not replace.
    #[error(
        "the rows of the view `{view}` are made by version {active} of its projection, and this program has version {version}: run the newer release, or show what this version has made again by `swap_back`"
    )]
    #[non_exhaustive]
    NewerCode {
        /// The name of the view.
        view: &'static str,
        /// The version that this program has.
        version: u32,
        /// The version that is active.
        active: u32,
    },
    /// The file of the view's rows was removed, or another one put in its place, while it was in use.
    #[error("`{}`, which the rows of the view `{view}` are in, was removed: open the views and start a runner again, and they are made of all events", .path.display())]
    #[non_exhaustive]
    FileGone {
        /// The name of the view.
        view: &'static str,
        /// The file.
        path: PathBuf,
    },
    /// The views are in memory, where there is no SQL.
    #[error("the view `{view}` is in memory, where there is no SQL: keep it by `Views::sqlite`")]
    #[non_exhaustive]
    NoSql {
        /// The name of the view.
        view: &'static str,
    },
    /// What the caller asked in SQL, or how it reads the answer, is wrong: SQLite says what. Nothing is wrong with the rows.
    #[error("the query of the view `{view}` is wrong, or has not the answer that is read from it: {error}")]
    #[non_exhaustive]
    Query {
        /// The name of the view.
        view: &'static str,
        /// What SQLite, or `rusqlite`, says of it: also that there is no row, where `query_row` was called.
        error: String,
    },
    /// What keeps the rows failed.
    #[error("the rows could not be read or kept")]
    Rows(#[source] StoreError),
    /// The tables of a view in SQL could not be made.
    #[error(
        "the tables of the view `{view}` could not be made: {error}; correct its `setup` and start the runner again"
    )]
    #[non_exhaustive]
    Setup {
        /// The name of the view.
        view: &'static str,
        /// Why.
        error: String,
    },
    /// The log could not be read.
    #[error("the log could not be read")]
    Log(#[source] Arc<ReadError>),
    /// The store of the events failed.
    #[error(transparent)]
    Store(StoreError),
    /// A process that is run beside the views has stopped, or did not come so far.
    #[error(transparent)]
    Process(#[from] ProcessError),
}

/// What helps where there are no rows.
const fn cure(is_being_built: bool) -> &'static str {
    if is_being_built {
        "they are being made, so wait for them by `caught_up` or `wait_for`, and ask again"
    } else {
        "start a runner, and wait for it by `caught_up`; where swaps are held, call `swap`"
    }
}

impl ViewError {
    /// There are no rows, for all that those who keep them know.
    pub(crate) const fn not_built(view: &'static str) -> Self {
        Self::NotBuilt { view, is_being_built: false }
    }
}

/// Why a view has stopped.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StopReason {
    /// Its runner was stopped, or has ended.
    #[error("its runner was stopped: start one to go on")]
    NotRunning,
    /// A stored event cannot be read, and it is not known which rows it would change.
    #[error(
        "an event cannot be read: correct its upcaster, or deploy the release that stored it, and start the runner again"
    )]
    Unreadable(#[source] Arc<LoadError>),
    /// More rows were parked than the view may have.
    #[error(
        "more than {limit} rows were parked, the last because {error}: correct the handlers and start the runner again"
    )]
    #[non_exhaustive]
    TooManyParked {
        /// How many it may have.
        limit: usize,
        /// Why the last one was.
        error: String,
    },
    /// A delivery failed, and the view is to stop then.
    #[error("the event at position {position} could not be given to its row: {error}")]
    #[non_exhaustive]
    Failed {
        /// Where the event stands.
        position: Position,
        /// Why.
        error: String,
    },
    /// The view was made of the events of another store, or of events that are no longer in it.
    #[error("the view was made of {made_of}, and {found}: rebuild the view, or open the store that it was made of")]
    #[non_exhaustive]
    OtherHistory {
        /// What the view has read.
        made_of: String,
        /// What is there.
        found: String,
    },
    /// What the program does for the view panicked where no row is known that could be parked: while it found the rows of an event, or in
    /// `Clone`, `Ord`, `Hash` or `View` of a row or a key.
    #[error("the code of the view panicked: {message}; correct it and start the runner again")]
    #[non_exhaustive]
    Panicked {
        /// What the panic said.
        message: String,
    },
    /// Something else has ended it.
    #[error(transparent)]
    View(#[from] ViewError),
}

/// Why a runner was not started; the views are as they were.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RunError {
    /// Another runner keeps these views up to date in this process.
    #[error("these views are kept up to date by a runner already: stop that first")]
    AlreadyRunning,
    /// The application of a process is over another store than the runner's.
    #[error(
        "the application that was given for the process `{process}` is over another store: give `with_process_of` one that is over the store of the \
         runner"
    )]
    #[non_exhaustive]
    OtherStore {
        /// The process.
        process: &'static str,
    },
    /// The system starts no thread.
    #[error("no thread for the runner could be started")]
    Thread(#[source] std::io::Error),
}
