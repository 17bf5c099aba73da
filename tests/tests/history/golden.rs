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
    assert!(wrong.contains("event `Closed` version 1 has no sample"), "{wrong}");
    // Said when it is written, and not first by the next run of the tests.
    assert!(wrong.contains("`golden_payloads` fails until this is completed in events.lock:"), "{wrong}");
    replaced(&lock, "    not_seen: opaque(NotSeen)\n", "    not_seen: opaque(NotSeen)\n    sample {\"not_seen\":7}\n");
    passes(&run("opaque", &lock, None));

    replaced(&lock, r#"sample {"n":1}"#, r#"sample {"n":2}"#);
    let wrong = fails(&run("opaque", &lock, None));
    assert!(wrong.contains("event `Took` version 1 of Account: its mutator panics on the sample"), "{wrong}");
    fails(&run("opaque", &lock, Some("write")));
    assert!(fs::read_to_string(&lock).unwrap().contains(r#"sample {"n":2}"#), "a sample is the user's");
}
