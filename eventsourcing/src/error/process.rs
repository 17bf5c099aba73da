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
    /// The process has no handler any more for a delivery that was parked.
    #[error(
        "the event at position {position} was parked, and has no handler any more: write one, or drop what waits for the instance"
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
    /// As many instances are parked as may be, and another one could not react.
    #[error(
        "{limit} instances are parked, and {instance} could not react either: correct the cause, start the runner again and retry what is parked; \
         or allow more by `park_instances_at_most`"
    )]
    #[non_exhaustive]
    TooManyParked {
        /// How many may be parked.
        limit: usize,
        /// The stream of the instance.
        instance: StreamId,
        /// Why it could not react.
        #[source]
        fault: Box<ReactionFault>,
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

/// Why a process could not be waited for, or what is parked not be made again.
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
    /// No runner of this program has the process, and it is not known whose journals say what is parked.
    #[error(
        "it is not known in which store the journals of the process `{process}` are: name it by `.over(store)`, or start a runner"
    )]
    #[non_exhaustive]
    NoStore {
        /// The stored name of the process.
        process: &'static str,
    },
    /// What is parked could not be listed, made again or dropped.
    #[error("what is parked of the process `{process}` could not be read, or not be made again")]
    #[non_exhaustive]
    Parked {
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
