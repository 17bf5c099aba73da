//! Errors of subscriptions.

use thiserror::Error;

use crate::error::{LoadError, ReadError, StoreError};
use crate::stream::Position;

/// Why a subscription was not opened, read or moved on. Its checkpoint is as it was: what was not acknowledged is delivered again.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SubscriptionError {
    /// The name cannot be that of a subscription.
    #[error("`{}` cannot be the name of a subscription: give one of 1 to 255 bytes without control characters, and without `~` at its beginning", .name.escape_debug())]
    #[non_exhaustive]
    Name {
        /// The name that was given.
        name: String,
    },
    /// The application keeps no such aggregates, so that none of their events would come.
    #[error("`{aggregate}` is not an aggregate of this application, which has {}: name one of these in `of::<..>()`", .parts.join(", "))]
    #[non_exhaustive]
    NotPart {
        /// The stored name of the aggregate.
        aggregate: &'static str,
        /// The stored names of those of the application.
        parts: &'static [&'static str],
    },
    /// Another reader has the subscription, in this process or in another.
    #[error("another reader has the subscription `{name}`: close that one, or call `open`, which waits for it to end")]
    #[non_exhaustive]
    Held {
        /// The name of the subscription.
        name: String,
    },
    /// The subscription belongs to another reader since: this one was closed, or gave no sign of life for longer than its lease. What it has not
    /// acknowledged is delivered to the other. Open the subscription again to wait for it.
    #[error(
        "another reader has taken the subscription `{name}` since, because this one was closed or was stopped for longer than its lease: what it did \
         not acknowledge is delivered again; open the subscription again to go on"
    )]
    #[non_exhaustive]
    Fenced {
        /// The name of the subscription.
        name: String,
    },
    /// The subscription has read the events of another store, or events that are no longer in this one.
    #[error(
        "the subscription `{name}` has read {read}, and {found}: open the store that it has read; to go on in this one instead, `remove` the \
         subscription and open it with the `Start` that it is to have here"
    )]
    #[non_exhaustive]
    OtherHistory {
        /// The name of the subscription.
        name: String,
        /// What it has read.
        read: String,
        /// What is there.
        found: String,
    },
    /// The log ends before the position after which the subscription was to start.
    #[error(
        "the subscription `{name}` was to start after position {position}, but the log ends at {head}: give a position that it has, or `Start::Now`"
    )]
    #[non_exhaustive]
    StartAhead {
        /// The name of the subscription.
        name: String,
        /// Where it was to start.
        position: Position,
        /// The position of the last event.
        head: Position,
    },
    /// The next event cannot be read: it is unknown to this program, or not what it should be. All before it were delivered and acknowledged.
    #[error(
        "the subscription `{name}` stands before position {position}, whose event cannot be read: deploy the release that reads it, or call \
         `skip({position})`, which records that it was left out; of events of a newer release, `skip_unknown()` leaves out all"
    )]
    #[non_exhaustive]
    Unreadable {
        /// The name of the subscription.
        name: String,
        /// Where the event stands.
        position: Position,
        /// Which event, and why it cannot be read.
        source: Box<LoadError>,
    },
    /// Only the event that the subscription cannot read can be skipped, and this is another.
    #[error(
        "position {position} is not that of an event which the subscription `{name}` stands before and cannot read: skip the position that `next` \
         has named"
    )]
    #[non_exhaustive]
    NotSkipped {
        /// The name of the subscription.
        name: String,
        /// The position that was to be skipped.
        position: Position,
    },
    /// The log could not be read. The next call tries again.
    #[error(transparent)]
    Log(#[from] ReadError),
    /// The file that the subscriptions are kept in could not be read or written; which, and what to do, is in the message. The next call tries
    /// again.
    #[error(transparent)]
    Kept(StoreError),
}
