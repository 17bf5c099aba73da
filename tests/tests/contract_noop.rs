//! The contract is worth something only if a store that does not keep it fails: one that does nothing fails every test,
//! and one that breaks a single clause fails the tests of that clause.

use std::collections::BTreeSet;
use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;

use eventsourcing::testing::contract::{Clause, Harness, clauses};
use eventsourcing_tests::{Broken, Fault, Noop, Refusing};

/// The names of the tests that a store fails.
fn failed<H: Harness>(clauses: &[Clause], harness: impl Fn() -> H) -> Vec<&'static str> {
    let fails = |clause: &&Clause| panic::catch_unwind(AssertUnwindSafe(|| clause.check(&harness))).is_err();
    clauses.iter().filter(fails).map(Clause::name).collect()
}

fn all() -> Vec<&'static str> {
    clauses().iter().map(Clause::name).collect()
}

#[test]
fn a_store_that_does_nothing_fails_every_test() {
    assert_eq!(failed(clauses(), Noop::default), all());
}

#[test]
fn a_store_that_only_fails_fails_every_test() {
    assert_eq!(failed(clauses(), Refusing::default), all());
}

/// Each fault breaks one promise, in a store that keeps the others: that promise's tests must see it.
#[test]
fn a_store_with_one_fault_fails_the_tests_of_its_clause() {
    for (fault, seen_by) in Fault::ALL {
        let wanted: Vec<Clause> = clauses().iter().filter(|clause| seen_by.contains(&clause.name())).copied().collect();
        assert_eq!(wanted.len(), seen_by.len(), "{fault:?} names a test that does not exist: {seen_by:?}");
        let failed = failed(&wanted, || Broken::new(*fault));
        assert_eq!(failed, wanted.iter().map(Clause::name).collect::<Vec<_>>(), "{fault:?} was not seen");
    }
}

#[test]
fn the_list_is_complete() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../eventsourcing/src/testing/contract");
    let mut written = BTreeSet::new();
    for file in fs::read_dir(folder).unwrap() {
        let source = fs::read_to_string(file.unwrap().path()).unwrap();
        let functions = source.lines().filter_map(|line| line.strip_prefix("pub(super) fn c"));
        let tests = functions.filter(|name| name.starts_with(|first: char| first.is_ascii_digit()));
        written.extend(tests.map(|name| format!("c{}", name.split('(').next().unwrap())));
    }
    assert_eq!(
        written,
        all().into_iter().map(str::to_owned).collect(),
        "every test is in the list, and is listed once"
    );
    assert_eq!(written.len(), clauses().len());
    for clause in 1..=13 {
        let prefix = format!("c{clause}_");
        assert!(written.iter().any(|name| name.starts_with(&prefix)), "C{clause} has no test");
    }
}

/// What the macro makes of the list, by name.
mod emitted {
    eventsourcing::contract_tests!(eventsourcing_tests::Memory::default());

    #[test]
    fn the_macro_emits_a_test_for_each() {
        let this = std::env::current_exe().unwrap();
        let listed = std::process::Command::new(this).args(["--list", "--format", "terse"]).output().unwrap();
        let listed = String::from_utf8(listed.stdout).unwrap();
        let emitted: Vec<_> = listed.lines().filter_map(|line| line.strip_prefix("emitted::c")).collect();
        let mut wanted: Vec<_> = super::all().iter().map(|name| format!("{}: test", &name[1..])).collect();
        wanted.sort();
        assert_eq!(emitted, wanted);
    }
}
