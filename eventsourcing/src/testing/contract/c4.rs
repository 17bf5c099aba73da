//! C4: what was acknowledged survives the end of the process. (That of the machine is for the store's own tests.)

use super::probe::{Probe, commit, stored, stream, with};
use super::wait::must;
use super::{Calls, Harness};
use crate::store::LogRead;

pub(super) fn c4_acknowledged_commits_survive_reopening(harness: &mut dyn Harness, calls: Calls) {
    let (a, b) = (stream(1), stream(2));
    let mut before = Vec::new();
    for version in 0..3 {
        let store = Probe::new(harness, calls);
        assert_eq!(store.head(), 3 * version, "a store goes on where it was");
        let mut two = with(commit(&a, version, &["A"]), &b, 2 * version, &["B", "C"]);
        must("the metadata", two.set_metadata(br#"{"actor":"alice"}"#));
        assert_eq!(store.commit(two), stored(3 * version + 1, 3 * version + 3));
        assert_eq!(store.log(LogRead::after(0).limit(before.len().max(1))).get(..before.len()), Some(&before[..]));
        before = store.log(LogRead::after(0));
        drop(store);
        harness.reopen();
    }

    let store = Probe::new(harness, calls);
    assert_eq!(store.log(LogRead::after(0)), before);
    assert_eq!(store.head(), 9);
    let conflict = store.conflict(commit(&b, 0, &["No"]));
    assert_eq!(
        (conflict.stream, conflict.expected, conflict.actual),
        (b, 0.into(), 6.into()),
        "versions are known after reopening"
    );
}
