//! The names of the streams of journals.
#![expect(
    clippy::indexing_slicing,
    reason = "`const` has no iterators; the compiler runs this, and an index out of bounds ends it"
)]

use std::str;

use crate::aggregate::{Aggregate, Id};
use crate::stream::{JOURNAL_SUFFIX, StreamId};

const SUFFIX: &[u8] = JOURNAL_SUFFIX.as_bytes();
const LONGEST: usize = 255;

/// The streams of the journals of an aggregate that is a process: they are named by its stored name and `~process`.
pub(crate) trait Journaled: Aggregate {
    const BYTES: ([u8; LONGEST], usize) = with_suffix(Self::NAME);

    /// The name; empty where the aggregate's is so long that it can be no process.
    const JOURNAL: &'static str = match str::from_utf8(Self::BYTES.0.split_at(Self::BYTES.1).0) {
        Ok(name) => name,
        Err(_) => "",
    };
}

impl<A: Aggregate> Journaled for A {}

/// The stream of the journal of an instance.
pub(crate) fn journal_of<A: Aggregate>(instance: Id<A>) -> StreamId {
    StreamId::new(A::JOURNAL, instance.as_uuid())
}

const fn with_suffix(name: &str) -> ([u8; LONGEST], usize) {
    let (name, mut bytes) = (name.as_bytes(), [0; LONGEST]);
    let len = name.len() + SUFFIX.len();
    if len > LONGEST {
        return (bytes, 0);
    }
    let mut at = 0;
    while at < len {
        bytes[at] = if at < name.len() { name[at] } else { SUFFIX[at - name.len()] };
        at += 1;
    }
    (bytes, len)
}
