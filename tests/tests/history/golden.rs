//! Samples of what was released.

use std::fs;
use std::path::Path;

use crate::{fails, passes, released, run};

#[test]
fn every_locked_version_is_read_and_folded() {
    let (_folder, lock) = released();
    passes(&run("first", &lock, None));
    passes(&run("second", &lock, None));
    passes(&run("second", &lock, Some("write")));
    passes(&run("second", &lock, None));
}

fn replaced(lock: &Path, what: &str, with: &str) {
    let text = fs::read_to_string(lock).unwrap();
    assert!(text.contains(what), "{text}");
    fs::write(lock, text.replace(what, with)).unwrap();
}

#[test]
fn a_sample_that_cannot_be_read_is_named() {
    let (_folder, lock) = released();
    replaced(&lock, r#"sample {"amount":1}"#, r#"sample {"amount":"much"}"#);
    let wrong = fails(&run("first", &lock, None));
    assert!(
        wrong.contains("event `Deposited` version 1 of Account: the payload of event `Deposited` cannot be read"),
        "{wrong}"
    );
}

#[test]
fn an_event_that_nothing_reads_is_named() {
    let (_folder, lock) = released();
    replaced(&lock, "  event Reviewed 1\n", "  event Erased 1\n    sample {}\n  event Reviewed 1\n");
    let wrong = fails(&run("first", &lock, None));
    assert!(wrong.contains("event `Erased` version 1 of Account: event `Erased` is not known here"), "{wrong}");
    replaced(&lock, "aggregate Account (", "aggregate Gone (");
    let wrong = fails(&run("first", &lock, None));
    assert!(wrong.contains("aggregate `Gone` is in events.lock, and in none of the applications here"), "{wrong}");
}

#[test]
fn a_type_that_cannot_be_seen_into_says_so_and_has_a_sample_if_it_has_a_default() {
    let folder = tempfile::tempdir().unwrap();
    let lock = folder.path().join("events.lock");
    let wrong = fails(&run("opaque", &lock, Some("write")));
    let text = fs::read_to_string(&lock).unwrap();
    assert!(text.contains("    seen: opaque(Seen)\n    sample {\"seen\":{\"by\":0}}\n"), "{text}");
    assert!(text.contains("    not_seen: opaque(NotSeen)\n  event"), "{text}");
    let missing = "event `Closed` version 1 of Account has no sample: no value of `opaque(NotSeen)` of field `not_seen` can be made up";
    assert!(wrong.contains(missing), "{wrong}");
    assert!(
        text.contains("    sample {\"level\":{\"by\":0},\"price\":{\"of\":1,\"seen\":{\"by\":0}}}\n"),
        "in other types, too: {text}"
    );
    let missing = "no value of `Holds` of field `holds` and `Text` of field `text` can be made up";
    assert!(wrong.contains(missing), "and only what misses one is named: {wrong}");
    // Said when it is written, and not first by the next run of the tests.
    assert!(wrong.contains("`golden_payloads` fails until this is completed in events.lock:"), "{wrong}");
    replaced(&lock, "    not_seen: opaque(NotSeen)\n", "    not_seen: opaque(NotSeen)\n    sample {\"not_seen\":7}\n");
    let held = r#"sample {"seen":{"by":1},"holds":{"not_seen":7},"text":{"number":"8"}}"#;
    replaced(&lock, "    text: Text\n", &format!("    text: Text\n    {held}\n"));
    passes(&run("opaque", &lock, None));

    replaced(&lock, r#"sample {"n":1}"#, r#"sample {"n":2}"#);
    let wrong = fails(&run("opaque", &lock, None));
    assert!(wrong.contains("event `Took` version 1 of Account: its mutator panics on the sample"), "{wrong}");
    fails(&run("opaque", &lock, Some("write")));
    assert!(fs::read_to_string(&lock).unwrap().contains(r#"sample {"n":2}"#), "a sample is the user's");
}

/// The lock of the shelf as `write` makes it, and what it says is missing.
fn stocked() -> (tempfile::TempDir, std::path::PathBuf, String) {
    let folder = tempfile::tempdir().unwrap();
    let lock = folder.path().join("events.lock");
    let wrong = fails(&run("stocked", &lock, Some("write")));
    (folder, lock, wrong)
}

const SOLD: &str = "    quantity: u32\n    sample {\"quantity\":1}\n  event Stocked";

fn sold_after(lines: &[&str]) -> String {
    let lines = lines.join("\n    after ");
    format!("    quantity: u32\n    after {lines}\n    sample {{\"quantity\":1}}\n  event Stocked")
}

const PRICED: (&str, &str) =
    ("    list: opaque(Vec<Price>)\n", "    list: opaque(Vec<Price>)\n    sample {\"price\":\"1.20\",\"list\":[]}\n");

#[test]
fn what_write_cannot_make_up_is_said_as_it_is_to_be_written() {
    let (_folder, lock, wrong) = stocked();
    let missing = "event `Priced` version 1 of Shelf has no sample: no value of `opaque(Price)` of field `price` can be made up, so write a \
                   payload under it, as a line `sample {\"price\": .., \"list\": ..}`";
    assert!(wrong.contains(missing), "{wrong}");
    let panics = "event `Sold` version 1 of Shelf: its mutator panics on the sample; write a payload that can happen in its place, or what \
                  happened before it, oldest first, as lines `after Name 1 {..}` above it";
    assert!(wrong.contains(panics), "{wrong}");
    replaced(&lock, PRICED.0, PRICED.1);
    replaced(&lock, SOLD, &sold_after(&[r#"Listed 1 {"name": "text"}"#, r#"Stocked 1 {"quantity":5}"#]));
    let quiet = passes(&run("stocked", &lock, None));
    assert!(!quiet.contains("panics"), "{quiet}");
    // What stands there stays.
    let text = fs::read_to_string(&lock).unwrap();
    passes(&run("stocked", &lock, Some("write")));
    assert_eq!(fs::read_to_string(&lock).unwrap(), text);
    passes(&run("stocked", &lock, Some("check")));
}

#[test]
fn what_is_before_a_sample_is_read_and_folded_like_it() {
    let (_folder, lock, _) = stocked();
    replaced(&lock, PRICED.0, PRICED.1);
    let mut before = SOLD.to_owned();
    let mut folds = |lines: &[&str]| {
        let after = sold_after(lines);
        replaced(&lock, &before, &after);
        before = after;
        let output = run("stocked", &lock, None);
        (output.status.success(), crate::said(&output))
    };
    let listed = r#"Listed 1 {"name":"text"}"#;
    for (lines, why) in [
        (
            &[r#"Stocked 1 {"quantity":5}"#][..],
            "in line 1 of what is before it, event `Stocked`: it does not create the aggregate",
        ),
        (&[listed, r#"Stocked 1 {"quantity":"5"}"#], "in line 2 of what is before it, event `Stocked`: the payload of"),
        (
            &[listed, r#"Stocked 2 {"quantity":5}"#],
            "in line 2 of what is before it, event `Stocked`: event `Stocked` is stored at",
        ),
        (&[r#"Listed 1 {"name":"other"}"#], "in line 1 of what is before it, event `Listed`: its mutator panics"),
        (&[listed, r#"Stocked 1 {"quantity":0}"#], "event `Sold` version 1 of Shelf: its mutator panics"),
        (&[listed, "Stocked x {}"], "of events.lock cannot be read: `after Stocked x {}`"),
    ] {
        let (passed, said) = folds(lines);
        assert!(!passed && said.contains(why), "{lines:?}: {said}");
    }
    // Of an older release, which becomes several.
    let (passed, said) =
        folds(&[listed, r#"Moved 1 {"quantity":5}"#, r#"Stocked 1 {"quantity":5}"#, r#"Stocked 1 {"quantity":5}"#]);
    assert!(!passed && said.contains("event `Sold` version 1 of Shelf: its mutator panics"), "{said}");
    let (passed, said) = folds(&[listed, r#"Stocked 1 {"quantity":2}"#, r#"Moved 1 {"quantity":1}"#]);
    assert!(passed, "{said}");
}

#[test]
fn a_sample_that_creates_is_created() {
    let (_folder, lock, _) = stocked();
    replaced(&lock, PRICED.0, PRICED.1);
    replaced(&lock, SOLD, &sold_after(&[r#"Listed 1 {"name":"text"}"#, r#"Stocked 1 {"quantity":5}"#]));
    replaced(&lock, r#"sample {"name":"text"}"#, r#"sample {"name":"another"}"#);
    let wrong = fails(&run("stocked", &lock, None));
    assert!(wrong.contains("event `Listed` version 1 of Shelf: its mutator panics on the sample"), "{wrong}");
}
