//! Unique values: each that an aggregate holds is a claim, a stream of the framework's own (`aggregate/unique`), with the events `Claimed` and
//! `Released`.
//!
//! **The life of a claim.** An aggregate knows what it holds as it is stored (`Root::held`): it was loaded or saved so. A save compares that with what
//! it holds now. The difference is part of its commit (`changes`): after the events of all aggregates come all releases, and then all claims, so that
//! aggregates in one commit can pass a value on. A value is claimed at version 0 without reading. Where the stream is at another version, its last event
//! says who holds the value (`standing`): another aggregate, and the value is taken; or no one, and the commit is sent again with that version.
//!
//! | what the claim says | releasing | claiming |
//! |---|---|---|
//! | nothing yet | nothing to do | `Claimed` at version 0 |
//! | `Claimed`, by this aggregate | `Released` | nothing to do, at this version |
//! | `Claimed`, by another | nothing to do | [`SaveError::Taken`](crate::SaveError::Taken) |
//! | `Released` | nothing to do | `Claimed` at this version |
//!
//! So a value is held by an aggregate whose field has it, but for those that were there before the field was unique: [`claim_all`] claims them.
//!
//! Updates that change what is held are not pipelined: they are answered before the turn is handed on (`pipeline`).
//!
//! [`claim_all`]: crate::Repository::claim_all

mod batch;
mod changes;
mod claim_all;
mod find_by;
mod report;
mod standing;

pub(crate) use self::changes::Changes;
pub(super) use self::changes::NotStored;
pub use self::report::{ClaimReport, Duplicate};
use crate::aggregate::{Aggregate, Held, access};

/// Whether saving an aggregate as it is now changes what it holds.
pub(super) fn are_changed<A: Aggregate>(aggregate: &A) -> bool {
    !A::UNIQUE.is_empty() && !aggregate.root().state.held().is_of(aggregate)
}

/// Has an aggregate that was just read know what it holds.
pub(super) fn hold_as_read<A: Aggregate>(aggregate: &mut A) {
    // What an event has changed that this program does not know is not known either: then each save claims what it has.
    if !A::UNIQUE.is_empty() && !aggregate.root().state.has_unknown() {
        let held = Held::of(aggregate);
        aggregate.root_mut(access()).state.hold(held);
    }
}
