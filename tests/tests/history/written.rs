//! The file.

use std::fs;

use crate::{fails, passes, released, run};

const FIRST: &str = r#"
aggregate Account (history::AccountEvent)
  event Deposited 1
    amount: i64
    sample {"amount":1}
  event Opened 1
    owner: String
    address: Address
    sample {"address":{"inner":{"inner":null,"street":"text","tags":{"text":[1,1]}},"street":"text","tags":{"text":[1,1]}},"owner":"text"}
  event Reviewed 1
    by: Uuid
    of: [Reason]
    sample {"by":"018f3f5e-7c3a-7cc0-8b8e-2d9c1a4b5e6f","of":[{"amount":1,"kind":"too_much"}]}
  event "was refused" 1
    reason: Reason
    at: Option<u64>
    sample {"at":1,"reason":{"amount":1,"kind":"too_much"}}

type Address
  street: String
  tags: {String: [u8; 2]}
  inner: Option<Address>

type Reason
  (tag kind)
  | too_much
    amount: i64
  | other
"#;

#[test]
fn a_lock_is_readable_and_in_a_stable_order() {
    let (_folder, lock) = released();
    let text = fs::read_to_string(&lock).unwrap();
    let (comment, rest) = text.split_at(text.find("\naggregate").unwrap());
    assert!(comment.lines().all(|line| line.starts_with('#')), "{comment}");
    assert_eq!(rest, FIRST);
    let again = passes(&run("first", &lock, Some("write")));
    assert!(again.contains("events.lock is up to date") && !again.contains("golden_payloads` fails"), "{again}");
    assert_eq!(fs::read_to_string(&lock).unwrap(), text);
}

#[test]
fn each_instance_of_a_generic_aggregate_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let lock = folder.path().join("events.lock");
    passes(&run("instances", &lock, Some("write")));
    let text = fs::read_to_string(&lock).unwrap();
    for name in ["eur", "usd"] {
        let begun = format!("\naggregate {name} (history::LedgerEvent)\n  event Begun 1\n    by: String\n");
        assert!(text.contains(&begun), "{text}");
    }
    passes(&run("instances", &lock, Some("check")));
    fs::write(&lock, text.replace("by: String", "by: u8")).unwrap();
    let broken = fails(&run("instances", &lock, None));
    assert!(
        broken.contains("version 1 of eur: field `by`") && broken.contains("version 1 of usd: field `by`"),
        "{broken}"
    );
}

#[test]
fn without_a_lock_nothing_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let lock = folder.path().join("events.lock");
    let quiet = passes(&run("first", &lock, None));
    passes(&run("two of a name", &lock, None));
    assert!(!quiet.contains("events.lock"), "{quiet}");
    let shown = passes(&run("first", &lock, Some("show")));
    assert!(shown.contains("+ aggregate Account (history::AccountEvent)\n+   event Deposited 1\n"), "{shown}");
    assert!(fails(&run("first", &lock, Some("check"))).contains("not up to date"));
    assert!(!lock.exists(), "only `write` writes");
}

#[test]
fn what_is_new_is_shown_first_and_what_is_there_stays() {
    let (_folder, lock) = released();
    let before = fs::read_to_string(&lock).unwrap();
    let real = before.replace(r#"sample {"amount":1}"#, r#"sample {"amount":-5000}"#);
    fs::write(&lock, &real).unwrap();

    passes(&run("second", &lock, None));
    let shown = passes(&run("second", &lock, Some("show")));
    let new = "\
  aggregate Account (history::AccountEvent)
+   event Opened 2
+     owner: String
+     sample {\"owner\":\"text\"}
+   event PaidIn 1
+     amount: Option<i64>
+     sample {\"amount\":1}
+     by: String = default
+ aggregate \"the ledger\" (history::LedgerEvent)
";
    assert!(shown.contains(new), "{shown}");
    assert!(!shown.contains("\n- "), "nothing goes: {shown}");
    let wrong = fails(&run("second", &lock, Some("check")));
    assert!(wrong.contains("not up to date") && wrong.contains(new), "{wrong}");
    assert_eq!(fs::read_to_string(&lock).unwrap(), real);

    assert!(passes(&run("second", &lock, Some("write"))).contains(new));
    let after = fs::read_to_string(&lock).unwrap();
    assert!(real.lines().all(|line| after.lines().any(|after| after == line)), "{after}");
    passes(&run("second", &lock, Some("check")));
}

#[test]
fn what_breaks_history_is_refused_and_not_written() {
    let (_folder, lock) = released();
    let before = fs::read_to_string(&lock).unwrap();
    for asked in [None, Some("show"), Some("check"), Some("write")] {
        let wrong = fails(&run("careless", &lock, asked));
        for part in [
            "type `Address`: field `street` was `String` and is `u32`",
            "type `Address`: field `tags` is gone",
            "type `Address`: field `country` is new, and must be there",
        ] {
            assert!(wrong.contains(part), "{wrong}");
        }
    }
    assert_eq!(fs::read_to_string(&lock).unwrap(), before);
}

#[test]
fn an_enum_that_the_lock_would_not_be_found_for_is_told() {
    let (_folder, lock) = released();
    let text = fs::read_to_string(&lock).unwrap();
    fs::write(&lock, text.replace("(history::AccountEvent)", "(bank::AccountEvent)")).unwrap();
    let wrong = fails(&run("first", &lock, None));
    assert!(wrong.contains("aggregate `Account`: `bank::AccountEvent` is `history::AccountEvent` now"), "{wrong}");
    let shown = passes(&run("first", &lock, Some("write")));
    assert!(shown.contains("- aggregate Account (bank::AccountEvent)\n"), "{shown}");
    assert_eq!(fs::read_to_string(&lock).unwrap(), text);
}

#[test]
fn what_cannot_be_read_or_told_apart_is_said() {
    let (_folder, lock) = released();
    assert!(
        fails(&run("first", &lock, Some("yes"))).contains("EVENTS_LOCK is `yes`: write `show`, `check` or `write`")
    );
    let two = fails(&run("two of a name", &lock, Some("write")));
    assert!(two.contains("two types that are stored are called `Address`"), "{two}");
    for line in [
        "event",
        "  event Opened",
        "  event Opened one",
        "  amount i64",
        "aggregate X",
        "  | A",
        "   : i64",
        "type A\n   b: u8",
    ] {
        fs::write(&lock, format!("# a comment\n\n{line}\n")).unwrap();
        let wrong = fails(&run("first", &lock, None));
        assert!(wrong.contains("of events.lock cannot be read: `"), "{line}: {wrong}");
    }
}

#[test]
fn a_unique_field_is_found_by_its_name_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    let lock = folder.path().join("events.lock");
    passes(&run("unique", &lock, Some("write")));
    let text = fs::read_to_string(&lock).unwrap();
    let written =
        "\naggregate Tenant (history::TenantEvent)\n  unique email\n  unique \"house number\"\n  event Came 1\n";
    assert!(text.contains(written), "{text}");
    passes(&run("unique", &lock, Some("check")));
    let broken = fails(&run("unique renamed", &lock, Some("write")));
    assert!(
        broken.contains("unique field `email` is gone") && broken.contains("`#[aggregate(unique = \"email\")]`"),
        "{broken}"
    );
    assert!(!broken.contains("house"), "{broken}");
    // The advice for one whose values need not be unique any more.
    fs::write(&lock, text.replace("  unique email\n", "")).unwrap();
    passes(&run("unique renamed", &lock, Some("write")));
    let text = fs::read_to_string(&lock).unwrap();
    assert!(text.contains("\n  unique address\n  unique \"house number\"\n"), "{text}");
}
