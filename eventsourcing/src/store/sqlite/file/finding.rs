//! What was found, in words.

use std::fmt;

use crate::store::sqlite::file::verify::Finding;

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
