//! What the compiler refuses, and in which words; and odd code that it must not refuse.
//!
//! `TRYBUILD=overwrite cargo test -p eventsourcing-tests --test ui` rewrites the messages: read them as a user would.

use std::fs;
use std::path::Path;

/// The cases are compiled in a package that is made for them; this is its lock. Those without a part in it do not see it.
fn lock() {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let package = target.join("tests/trybuild").join(env!("CARGO_PKG_NAME"));
    fs::create_dir_all(&package).unwrap();
    fs::copy("ui/events.lock", package.join("events.lock")).unwrap();
}

#[test]
fn what_is_refused_and_in_which_words() {
    lock();
    trybuild::TestCases::new().compile_fail("ui/fail/*.rs");
}

/// What is found when code is made: trybuild makes code where a case has to run as well.
#[test]
fn what_is_refused_when_it_is_built() {
    lock();
    let cases = trybuild::TestCases::new();
    cases.compile_fail("ui/built/*.rs");
    cases.pass("ui/pass/process.rs");
}

#[test]
fn odd_code_that_compiles_and_runs() {
    lock();
    trybuild::TestCases::new().pass("ui/pass/*.rs");
}
