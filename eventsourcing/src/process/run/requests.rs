//! What callers ask of the runner of a process.

use std::sync::Arc;

use uuid::Uuid;

use crate::error::ProcessStop;
use crate::signal;
use crate::stream::Position;
use crate::view::ParkedAction;

/// The requests of a process: what is to be done with which instance.
pub(crate) type Requests = signal::Requests<(Uuid, ParkedAction), Answered>;

pub(super) type Request = signal::Request<(Uuid, ParkedAction), Answered>;

/// The answer to a request: whether the instance is parked no longer, and the last position that a reaction has stored.
type Answered = Result<(bool, Position), Arc<ProcessStop>>;
