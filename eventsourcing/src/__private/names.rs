//! The stored names of an application's aggregates, looked at by the compiler.
#![expect(
    clippy::indexing_slicing,
    reason = "`const` has no iterators; the compiler runs this, and an index out of bounds ends it"
)]

use crate::aggregate::assert_of_user;
use crate::store::Limits;

/// Fails to compile if a name stands among those before it.
#[track_caller]
pub const fn assert_other_names(before: &[&[&str]], names: &[&str]) {
    let mut part = 0;
    while part < before.len() {
        assert!(
            !share_a_name(before[part], names),
            "two aggregates of this application have the same stored name: give one `#[aggregate(name = \"..\")]`"
        );
        part += 1;
    }
}

const fn share_a_name(left: &[&str], right: &[&str]) -> bool {
    let mut l = 0;
    while l < left.len() {
        let mut r = 0;
        while r < right.len() {
            if same(left[l], right[r]) {
                return true;
            }
            r += 1;
        }
        l += 1;
    }
    false
}

pub(super) const fn same(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    let mut at = 0;
    while at < left.len() && at < right.len() && left[at] == right[at] {
        at += 1;
    }
    at == left.len() && at == right.len()
}

/// The stored name of an instance of a generic aggregate; fails to compile if a store cannot keep it.
#[must_use]
#[track_caller]
pub const fn checked_name(name: &'static str) -> &'static str {
    let bytes = name.as_bytes();
    assert!(
        !bytes.is_empty() && bytes.len() <= Limits::MAX.max_name_bytes,
        "a stored name has 1 to 255 bytes and no control characters"
    );
    let mut at = 0;
    while at < bytes.len() {
        // In UTF-8, the control characters from U+0080 to U+009F are 0xC2 and a byte below 0xA0.
        let is_control = bytes[at] < 0x20 || bytes[at] == 0x7f || (bytes[at] == 0xc2 && bytes[at + 1] < 0xa0);
        assert!(!is_control, "a stored name has 1 to 255 bytes and no control characters");
        at += 1;
    }
    assert_of_user(name);
    name
}

/// All names of all parts; `N` is how many there are.
#[must_use]
pub const fn all_names<const N: usize>(parts: &[&[&'static str]]) -> [&'static str; N] {
    let mut all = [""; N];
    let (mut part, mut name, mut at) = (0, 0, 0);
    while at < N {
        while name == parts[part].len() {
            (part, name) = (part + 1, 0);
        }
        all[at] = parts[part][name];
        (name, at) = (name + 1, at + 1);
    }
    all
}
