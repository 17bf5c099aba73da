//! The stored names of aggregates, of unique fields and of the streams of claims.
#![expect(
    clippy::indexing_slicing,
    reason = "`const` has no iterators; the compiler runs this, and an index out of bounds ends it"
)]

use crate::stream::StreamId;

/// The most bytes of a stored name: what every store takes.
pub(super) const LONGEST: usize = 255;

/// Whether these are streams of claims: no aggregate of a user's has such a name.
pub(crate) fn is_claim(stream: &StreamId) -> bool {
    stream.aggregate().contains('.')
}

/// Whether these are streams of claims or journals: no aggregate of a user's has such a name.
pub(crate) fn is_of_framework(stream: &StreamId) -> bool {
    !is_plain(stream.aggregate())
}

/// The name of an aggregate, which no stream of the framework's own may have.
///
/// # Panics
///
/// When the compiler runs it, if the name is one of those.
#[track_caller]
pub(crate) const fn assert_of_user(name: &str) {
    assert!(
        is_plain(name),
        "the stored name of an aggregate has no `.` and no `~`, which the names of the framework's own streams have"
    );
}

const fn is_plain(name: &str) -> bool {
    let (bytes, mut at) = (name.as_bytes(), 0);
    while at < bytes.len() {
        if matches!(bytes[at], b'.' | b'~') {
            return false;
        }
        at += 1;
    }
    true
}

/// The name of the streams of the claims on a field, and how many bytes it has.
#[track_caller]
pub(super) const fn kind_of(aggregate: &str, field: &str) -> ([u8; LONGEST], usize) {
    let (aggregate, field) = (aggregate.as_bytes(), field.as_bytes());
    let len = aggregate.len() + 1 + field.len();
    assert!(len <= LONGEST, "the stored names of an aggregate and of its unique field have at most 254 bytes together");
    assert!(!field.is_empty(), "the stored name of a unique field is not empty");
    let mut kind = [0; LONGEST];
    let mut at = 0;
    while at < len {
        kind[at] = if at < aggregate.len() {
            aggregate[at]
        } else if at == aggregate.len() {
            b'.'
        } else {
            let byte = field[at - aggregate.len() - 1];
            assert!(
                byte >= 0x20 && byte != 0x7f && !matches!(byte, b'.' | b'~'),
                "the stored name of a unique field has no `.`, no `~` and no control characters"
            );
            byte
        };
        at += 1;
    }
    (kind, len)
}

/// Whether two names are the same.
pub(super) const fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut at = 0;
    while at < one.len() && at < other.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len() && at == other.len()
}
