//! What can be wrong with a file, and the text for each.

use std::fmt;

use crate::error::EventLocation;
use crate::stream::{CommitId, Position, StreamId, Version};

/// Something that is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Finding {
    /// An event is not what was stored.
    Damaged(EventLocation),
    /// Events are missing.
    Missing {
        /// The position of the first of them.
        first: Position,
        /// The position of the last of them.
        last: Position,
    },
    /// The log ends before what was recorded beside it: its last events are lost.
    Behind {
        /// The position of the last event that was in it.
        recorded: Position,
        /// The position of the last event that is in it.
        found: Position,
    },
    /// The event at a recorded position is a different one.
    Diverged {
        /// Its position.
        position: Position,
    },
    /// The `-wal` beside the file is that of another file: the other findings ignore it.
    ForeignWal,
    /// SQLite found the pages of the file damaged; this is what it says, with the number of the page.
    Structure(String),
    /// The index says that an event stands at a position, and another one or none stands there.
    Misindexed {
        /// The stream of the event.
        stream: StreamId,
        /// Its version.
        version: Version,
        /// Where it should stand.
        position: Position,
    },
    /// The index does not say where a sound event stands: reads of the stream omit it, and a second event may have been stored at its
    /// version.
    Unindexed(EventLocation),
    /// Versions of a stream are not there, and what comes after them is.
    Gap {
        /// The stream.
        stream: StreamId,
        /// The first version that is missing.
        first: Version,
        /// The last version that is missing.
        last: Version,
    },
    /// A sound event was stored after another one than the one that stands before it in its stream.
    Unlinked(EventLocation),
    /// The table of names and its index do not agree on a name: its streams cannot be found by it.
    Name {
        /// Its id.
        id: i64,
        /// The name, as one of the two has it.
        name: String,
    },
    /// The table of the commit ids that callers gave does not agree with the events: the commit could be stored twice.
    Commit {
        /// The id, as one of the two has it.
        id: CommitId,
        /// The position of the commit's first event.
        first: Position,
    },
    /// A snapshot is not what was kept. It is not used, and the next one replaces it.
    Snapshot {
        /// The stream of the aggregate.
        stream: StreamId,
        /// The version of the aggregate.
        version: Version,
    },
}

impl Finding {
    /// Adds it to others; events that are missing one after the other are one finding.
    pub(crate) fn add_to(self, findings: &mut Vec<Self>) {
        match (findings.last_mut(), &self) {
            (Some(Self::Missing { last, .. }), Self::Missing { first, last: end }) if *last + 1 == *first => {
                *last = *end;
            }
            _ => findings.push(self),
        }
    }

    /// Removes the event at a position from those that are missing or damaged, because it was found elsewhere in the table.
    pub(crate) fn remove(findings: &mut Vec<Self>, position: Position) {
        let is_of = |finding: &Self| {
            matches!(finding, Self::Missing { first, last } if (*first..=*last).contains(&position))
                || matches!(finding, Self::Damaged(at) if at.position == position)
        };
        let Some(index) = findings.iter().position(is_of) else { return };
        let rest = match findings.get(index) {
            Some(Self::Missing { first, last }) => vec![(*first, position.previous()), (position.next(), *last)],
            _ => Vec::new(),
        };
        let rest = rest.into_iter().filter(|(first, last)| first <= last);
        findings.splice(index..=index, rest.map(|(first, last)| Self::Missing { first, last }));
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Damaged(place) => {
                write!(f, "version {} of {}, at position {}, is damaged", place.version, place.stream, place.position)
            }
            Self::Missing { first, last } => write!(f, "the events at positions {first} to {last} are missing"),
            Self::Behind { recorded, found } => {
                write!(f, "the log ends at position {found}, and an event at position {recorded} was in it")
            }
            Self::Diverged { position } => {
                write!(f, "another event stands at position {position} than the one that was recorded")
            }
            Self::ForeignWal => f.write_str("the `-wal` beside the file is that of another, and was left out"),
            Self::Structure(what) => f.write_str(what),
            Self::Misindexed { stream, version, position } => {
                write!(
                    f,
                    "the index says that version {version} of {stream} stands at position {position}, and it does not"
                )
            }
            Self::Unindexed(place) => write!(
                f,
                "version {} of {}, at position {}, is not in the index: its stream was read without it, and may have been continued beside it",
                place.version, place.stream, place.position
            ),
            Self::Gap { stream, first, last } => {
                write!(f, "versions {first} to {last} of {stream} are missing, and what comes after them is not")
            }
            Self::Unlinked(place) => write!(
                f,
                "version {} of {}, at position {}, was stored after another event than the one that stands before it",
                place.version, place.stream, place.position
            ),
            Self::Name { id, name } => {
                write!(f, "table `names` and its index do not agree on `{name}`, with the id {id}")
            }
            Self::Commit { id, first } => write!(
                f,
                "table `commits` does not agree with the events on the commit {id} at position {first}: it could be stored twice"
            ),
            Self::Snapshot { stream, version } => {
                write!(f, "the snapshot of {stream} at version {version} is damaged: it is not used")
            }
        }
    }
}
