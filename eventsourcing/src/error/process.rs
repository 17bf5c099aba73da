//! Errors of processes.

use std::time::Duration;

use thiserror::Error;

use crate::error::{BoxError, LoadError, SaveError};
use crate::stream::StreamId;

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
    /// The event, the instance or its journal cannot be read.
    #[error(transparent)]
    Load(LoadError),
    /// What the handler did cannot be stored, for another reason than a conflict.
    #[error(transparent)]
    Save(SaveError),
}
