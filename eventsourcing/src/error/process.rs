//! Errors of processes.

use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;

use crate::error::{BoxError, LoadError, SaveError, StoreError, SubscriptionError};
use crate::stream::{Position, StreamId};

/// Why a process did not react to an event or a timer. Nothing of the reaction was stored.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReactionFault {
    /// The handler begins the process, and there is one of this id already.
    #[error(
        "{stream} is there already, and the handler begins it: give the event another `id`, or write `#[starts_or_continues(..)]`"
    )]
    #[non_exhaustive]
    AlreadyStarted {
        /// The stream of the instance.
        stream: StreamId,
    },
    /// The handler goes on with the process, and there is none of this id.
    #[error(
        "{stream} is not there, and the handler goes on with it: name the `id` that it was started by, or write `#[starts_or_continues(..)]`"
    )]
    #[non_exhaustive]
    NotStarted {
        /// The stream of the instance.
        stream: StreamId,
    },
    /// The handler has made or left another instance than the one that the event was for.
    #[error(
        "the handler was to give {stream} and gave {returned}: make its root by `Root::with_id(id)`, or by `Root::named(name)` where the `id` is a text"
    )]
    #[non_exhaustive]
    OtherInstance {
        /// The stream of the instance.
        stream: StreamId,
        /// The stream of what the handler gave.
        returned: Box<StreamId>,
    },
    /// The process has no handler for a timer of this name.
    #[error("the process has no handler for the timer `{timer}`: write `#[timer(\"{timer}\")]`, or use one of its names: {}", .known.join(", "))]
    #[non_exhaustive]
    UnknownTimer {
        /// The name that was given.
        timer: String,
        /// The names of those that have a handler.
        known: &'static [&'static str],
    },
    /// A command has recorded events, and then refused.
    #[error("a command on {stream} has recorded events and refused then: decide first, and record when it is decided")]
    #[non_exhaustive]
    RecordedAndRefused {
        /// The stream of the aggregate.
        stream: StreamId,
    },
    /// The handler has returned an error.
    #[error(transparent)]
    Handler(BoxError),
    /// The handler has panicked.
    #[error("the handler panicked: {message}")]
    #[non_exhaustive]
    Panicked {
        /// What the panic said.
        message: String,
    },
    /// The handler did not end in time.
    #[error("the handler did not end in {deadline:?}")]
    #[non_exhaustive]
    TimedOut {
        /// How long it was waited for.
        deadline: Duration,
    },
    /// The process has no handler any more for a delivery that was set aside.
    #[error(
        "the event at position {position} was set aside, and has no handler any more: write one, or drop what waits for the instance"
    )]
    #[non_exhaustive]
    NotHandled {
        /// Where the event stands.
        position: Position,
    },
    /// The event, the instance or its journal cannot be read.
    #[error(transparent)]
    Load(LoadError),
    /// What the handler did cannot be stored, for another reason than a conflict.
    #[error(transparent)]
    Save(SaveError),
}

/// Why a process does not go on, or is tried again.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ProcessStop {
    /// Its runner was stopped, or has ended.
    #[error("its runner was stopped: start one to go on")]
    NotRunning,
    /// A stored event cannot be read, and it is not known which instance it is for.
    #[error(
        "an event cannot be read: correct its upcaster, or deploy the release that stored it, and start the runner again"
    )]
    Unreadable(#[source] LoadError),
    /// An instance could not react, and the process is to stop then; or its journal cannot be read.
    #[error("{instance} could not react: correct the cause and start the runner again")]
    #[non_exhaustive]
    Failed {
        /// The stream of the instance.
        instance: StreamId,
        /// Why.
        #[source]
        fault: ReactionFault,
    },
    /// What routes an event to instances panicked.
    #[error("the code of the process panicked: {message}; correct it and start the runner again")]
    #[non_exhaustive]
    Panicked {
        /// What the panic said.
        message: String,
    },
    /// The checkpoint could not be read or kept, or is one of another log.
    #[error(transparent)]
    Checkpoint(SubscriptionError),
    /// The store of the events failed.
    #[error(transparent)]
    Store(StoreError),
}

/// Why a process could not be waited for, or what is set aside not be made again.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum ProcessError {
    /// No process of this type is among those that are run.
    #[error("`{process}` is not among the processes that are run here: add it by `.with_process::<..>()`")]
    #[non_exhaustive]
    Unknown {
        /// The stored name of the process.
        process: &'static str,
    },
    /// The process has stopped, and does not go on until its runner is started again.
    #[error("the process `{process}` has stopped")]
    #[non_exhaustive]
    Stopped {
        /// The stored name of the process.
        process: &'static str,
        /// Why.
        #[source]
        why: Arc<ProcessStop>,
    },
    /// The process did not come so far in the time that was given.
    #[error(
        "the process `{process}` has come to position {reached} in {waited:?}, and not to {asked}: it is still going on"
    )]
    #[non_exhaustive]
    TimedOut {
        /// The stored name of the process.
        process: &'static str,
        /// The position that was asked for.
        asked: Position,
        /// The position that it has come to.
        reached: Position,
        /// How long it was waited for.
        waited: Duration,
    },
}
