//! What the parts of the loop of a process give: how far it has begun, what there is to do, and how it has ended.

use crate::error::{ProcessStop, StoreError, SubscriptionError};
use crate::process::Process;
use crate::process::run::log::Read;
use crate::process::run::work::Finished;
use crate::stream::Position;

/// How far a process has begun.
pub(super) enum Begun {
    InPart,
    Whole,
}

/// How a process ended.
pub(super) enum Ended {
    /// It was stopped.
    Asked,
    /// Another runner has it.
    Fenced,
    Stopped(ProcessStop),
}

/// What there is to do.
pub(super) enum Woken<P: Process> {
    Finished(Finished),
    /// There is more of the log, or it cannot be said.
    Log(Result<Position, StoreError>),
    Read(Read<P>),
    /// A timer is due, or someone has asked.
    Look,
    /// The checkpoint is to be kept.
    Keep,
    Kept(Result<(), SubscriptionError>),
    Stop,
    Lost,
}
