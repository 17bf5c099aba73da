//! Errors of an import.

use std::io;

use thiserror::Error;

use crate::error::{DecodeError, InvalidCommit, ReadError, StoreError};
use crate::stream::{Position, StreamId, Version};

/// Why an import ended early. The commits before the line are stored, and nothing of the commit that it belongs to; the same import again goes on
/// after them.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ImportError {
    /// A line cannot be imported. Correct it and run the same import again.
    #[error("line {line} cannot be imported")]
    #[non_exhaustive]
    Line {
        /// The number of the line, from 1.
        line: u64,
        /// What is wrong with it.
        source: ImportLineError,
    },
    /// Reading the input failed.
    #[error("line {line} could not be read")]
    #[non_exhaustive]
    Read {
        /// The number of the line, from 1.
        line: u64,
        /// What the input said.
        source: io::Error,
    },
    /// The store failed. Run the same import again, also if it is not known whether the commit was stored.
    #[error("the commit of the lines {from} to {to} failed: run the same import again")]
    #[non_exhaustive]
    Store {
        /// The first line of the commit.
        from: u64,
        /// The last line of the commit.
        to: u64,
        /// What the store said.
        source: StoreError,
    },
    /// What the store has of a stream could not be read.
    #[error("{stream} could not be read, to compare it with the lines")]
    #[non_exhaustive]
    Compare {
        /// The stream.
        stream: Box<StreamId>,
        /// What the store said.
        source: ReadError,
    },
}

impl ImportError {
    pub(crate) const fn line(line: u64, source: ImportLineError) -> Self {
        Self::Line { line, source }
    }
}

/// Why a line cannot be imported.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ImportLineError {
    /// It is longer than any event can be.
    #[error("it has more than {limit} bytes")]
    #[non_exhaustive]
    TooLong {
        /// The most that a line may have.
        limit: usize,
    },
    /// It is not a JSON object as an export writes it. The last line of an export that was broken off is such a line: remove it.
    #[error("it is not a JSON object with the fields that an export writes")]
    Json(#[source] serde_json::Error),
    /// A version is 0.
    #[error("`version` and `schema_version` are counted from 1")]
    ZeroVersion,
    /// It is of another kind of aggregate than the repository or the application that imports.
    #[error(
        "it is of a `{found}`, and `{}` can be imported here: import it with the repository of `{found}`, or the whole export with the \
         application that has all of its aggregates", expected.join("`, `")
    )]
    #[non_exhaustive]
    Aggregate {
        /// The stored names of the aggregates that can be imported.
        expected: &'static [&'static str],
        /// That of the line.
        found: String,
    },
    /// The metadata is not a JSON object of texts, each under a key of its own.
    #[error("its metadata is not a JSON object of texts")]
    Metadata(#[source] serde_json::Error),
    /// The event is not one that this program can read.
    #[error(transparent)]
    Event(DecodeError),
    /// No store takes such an event.
    #[error(transparent)]
    InvalidCommit(InvalidCommit),
    /// The events before it are missing.
    #[error(
        "it is version {version} of {stream}, which has to go on with version {next}: import its earlier events first"
    )]
    #[non_exhaustive]
    Gap {
        /// The stream.
        stream: StreamId,
        /// The version of the line.
        version: Version,
        /// The version that is next.
        next: Version,
    },
    /// What the store has of a claim on a unique value is not what the export has of it: the value was held here by others. Leave the lines of the claims
    /// out, import the rest, and call [`claim_all`](crate::Repository::claim_all), which lists the values that several aggregates have.
    #[error(
        "it is of a claim on a unique value, {stream}, which has another history in this store: leave the lines whose `aggregate` is `{}` out \
         of the import, and call `claim_all` afterwards, which lists the values that several aggregates have", stream.aggregate()
    )]
    #[non_exhaustive]
    OtherClaim {
        /// The stream of the claim.
        stream: StreamId,
    },
    /// It is of the journal of a process, which names positions of events, and these would stand elsewhere: the process would react to them again. Import the
    /// whole log into an empty store, to which nothing else is committed meanwhile.
    #[error(
        "it is of {stream}, the journal of a process, and would stand at position {next} instead of {position}; the positions that it names \
         would be of other events: import the whole log into an empty store"
    )]
    #[non_exhaustive]
    OtherPosition {
        /// The stream of the journal.
        stream: StreamId,
        /// Where it stood in the store that was exported.
        position: Position,
        /// Where it would stand now.
        next: Position,
    },
    /// Another event is at this version already. The store's history is not the one that was exported: import into a store without this aggregate.
    #[error("another event stands at this version of {stream}: import into a store that does not have this aggregate")]
    #[non_exhaustive]
    Different {
        /// The stream.
        stream: StreamId,
    },
}
