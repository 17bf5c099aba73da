//! Where in the log the events of each kind are: what a target of views may keep, so that a view that handles few kinds need not read all events.
//!
//! What was seen as the log was read, [`KindPositions`], is given to a [`KindIndex`], which gives back [`Stretch`]es of the log with the events that a
//! view has to read in them. An index is a help and nothing more: one that says less than the log is read up to where it ends, and the log from there.

mod positions;
mod stretch;

pub(crate) use self::positions::KindPositions;
pub(crate) use self::stretch::{Stretch, Wanted};
use crate::stream::Position;
use crate::view::Checkpoint;

/// A kind of events as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StoredKind<'a> {
    pub(crate) aggregate: &'a str,
    pub(crate) name: &'a str,
    pub(crate) schema_version: u32,
}

/// Whether an index was made longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extended {
    /// By this one or by another process.
    Done,
    /// Another process is about to change it.
    Later,
    /// It takes no more.
    Never,
}

/// Where the events of each kind are, from the beginning of a log up to some position.
///
/// None of its functions fails: what cannot be read or written ends the index there.
pub(crate) trait KindIndex: Send {
    /// Up to where it goes at this moment, of whichever log; none if there is no index.
    fn end(&mut self) -> Option<Checkpoint>;

    /// The first stretch of the log that it knows which ends after a position, and where in it, after the position, events of the wanted kinds are.
    fn next(&mut self, after: Position, is_wanted: &dyn Fn(StoredKind<'_>) -> bool) -> Option<Stretch>;

    /// Adds what follows its end, unless another process has done so.
    fn extend(&mut self, seen: &KindPositions) -> Extended;

    /// Removes all of it.
    fn clear(&mut self);
}
