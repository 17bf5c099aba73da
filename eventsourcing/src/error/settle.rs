//! Errors of waiting until nothing is left to do.

use std::time::Duration;

use thiserror::Error;

use crate::error::{ProcessError, ViewError};
use crate::stream::{Position, StreamId};

/// Why views and processes have not settled. Nothing was changed.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum SettleError {
    /// An instance of a process is parked: what is for it waits. Of all that is parked, this one was parked first. From
    /// [`settled`](crate::Views::settled), all else has settled; from [`settled_within`](crate::Views::settled_within) it may not have.
    #[error(
        "{instance} is parked by the process `{process}`, because {error}{}: correct the cause and call `retry_instance`, or go on without what waits by \
         `drop_instance`", and_more(*.others)
    )]
    #[non_exhaustive]
    ParkedInstance {
        /// The stored name of the process.
        process: &'static str,
        /// The stream of the instance.
        instance: StreamId,
        /// Why it could not react.
        error: String,
        /// How many deliveries wait, with the one that has failed.
        waiting: u64,
        /// How many more instances and rows are parked.
        others: usize,
    },
    /// A row of a view is parked: what is for it waits. As for an instance, of all that is parked, this one was parked first.
    #[error(
        "the row {key} of the view `{view}` is parked, because the event at position {position} could not be given to it: {error}{}; correct the handler \
         and call `retry_parked`, or go on without what waits by `drop_parked`", and_more(*.others)
    )]
    #[non_exhaustive]
    ParkedRow {
        /// The name of the view.
        view: &'static str,
        /// The key of the row, as a JSON array of its parts.
        key: String,
        /// Where the event stands that could not be given to it.
        position: Position,
        /// Why not.
        error: String,
        /// How many deliveries wait, with the one that has failed.
        waiting: u64,
        /// How many more instances and rows are parked.
        others: usize,
    },
    /// Something was left to do when the time was over. It may be a process that is slow, or what stores events again and again: writers, and processes
    /// that react to each other without end.
    #[error(
        "there was something left to do after {waited:?}, in which the log went from position {began} to {head}: {left}"
    )]
    #[non_exhaustive]
    TimedOut {
        /// How long it was waited for.
        waited: Duration,
        /// The end of the log when the waiting began.
        began: Position,
        /// The end of the log, as runners have last found it.
        head: Position,
        /// What was left to do, in words.
        left: String,
    },
    /// A view or a process has stopped, or cannot be waited for.
    #[error(transparent)]
    View(#[from] ViewError),
}

impl From<ProcessError> for SettleError {
    fn from(error: ProcessError) -> Self {
        Self::View(error.into())
    }
}

impl SettleError {
    /// Whether something is parked.
    pub(crate) const fn is_parked(&self) -> bool {
        matches!(self, Self::ParkedInstance { .. } | Self::ParkedRow { .. })
    }

    /// The same where so many more are parked.
    pub(crate) fn with_others(mut self, number: usize) -> Self {
        if let Self::ParkedInstance { others, .. } | Self::ParkedRow { others, .. } = &mut self {
            *others = number;
        }
        self
    }
}

fn and_more(number: usize) -> String {
    if number == 0 { String::new() } else { format!(" ({number} more are parked)") }
}
