//! What the compiler refuses, and in which words; and odd code that it must not refuse.
//!
//! `TRYBUILD=overwrite cargo test -p eventsourcing-tests --test ui` writes the messages anew: read them as a user would.

#[test]
fn what_is_refused_and_in_which_words() {
    trybuild::TestCases::new().compile_fail("ui/fail/*.rs");
}

#[test]
fn odd_code_that_compiles_and_runs() {
    trybuild::TestCases::new().pass("ui/pass/*.rs");
}
